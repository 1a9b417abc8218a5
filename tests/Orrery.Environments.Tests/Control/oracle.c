/* The physics of Reacher and the point maze without Orrery: prints the bits of what every environment step ends with.
   oracle MODEL.xml reacher|maze Q0 Q1 V0 V1 STEPS */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <mujoco/mujoco.h>

static uint32_t seed = 1;

static float draw(void)
{
  seed = seed * 1664525u + 1013904223u;
  return (float)((int)(seed >> 16) - 32768) / 24576.0f;
}

static double limited(double x, double limit)
{
  return x > limit ? limit : x < -limit ? -limit : x;
}

static void show(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, 8);
  printf("%016llx ", (unsigned long long)bits);
}

int main(int count, char** given)
{
  char error[1000] = "";
  mjModel* m = mj_loadXML(given[1], 0, error, sizeof error);
  if (count != 8 || !m) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  mjData* d = mj_makeData(m);
  int reacher = strcmp(given[2], "reacher") == 0;
  for (int i = 0; i < 2; i++) {
    d->qpos[i] = atof(given[3 + i]);
    d->qvel[i] = atof(given[5 + i]);
  }
  if (reacher)
    mj_step1(m, d);
  float action[2] = {0, 0};
  for (int step = 0; step < atoi(given[7]); step++) {
    if (step % 3 == 0)
      for (int i = 0; i < 2; i++)
        action[i] = draw();
    for (int i = 0; i < 2; i++)
      d->ctrl[i] = limited(action[i], 1);
    if (reacher) {
      mj_step2(m, d);
      mj_step(m, d);
      mj_step1(m, d);
    } else {
      for (int i = 0; i < 2; i++)
        d->qvel[i] = limited(d->qvel[i], 5);
      for (int i = 0; i < 5; i++)
        mj_step(m, d);
    }
    for (int i = 0; i < 2; i++)
      show(d->qpos[i]);
    for (int i = 0; i < 2; i++)
      show(d->qvel[i]);
    putchar('\n');
  }
  return 0;
}
