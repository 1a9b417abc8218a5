#!/usr/bin/env bash
# How long the command line takes until it answers, and until a first training is done, as published in different ways.
# Publishes each way once, then runs them in turns (A B C D A B C D) and prints medians. Takes about ten minutes.
#   benchmarks/startup.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-9}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A ways=(
  [framework-defaults]="-p:PublishReadyToRun=false -p:TieredPGO=true"
  [no-profile]="-p:PublishReadyToRun=false -p:TieredPGO=false"
  [one-tier]="-p:PublishReadyToRun=false -p:TieredCompilation=false"
  [ready-to-run]="-p:PublishReadyToRun=true -p:TieredPGO=true"
  [ready-to-run-no-profile]="-p:PublishReadyToRun=true -p:TieredPGO=false"
)
for way in "${!ways[@]}"; do
  # shellcheck disable=SC2086 # the settings are several words
  dotnet publish src/Orrery.Cli -c Release -r linux-x64 --self-contained false ${ways[$way]} -o "$work/$way" --nologo -v quiet
done

# A tank that a valve fills: enough rows for a real training of a moment.
awk 'BEGIN { srand(1); print "valve,level"; level = 2; for (row = 0; row < 2000; row++) { if (row % 25 == 0) valve = rand() * 4;
  level += 0.1 * (valve - 0.9 * sqrt(level)); if (level < 0.01) level = 0.01; printf "%.4f,%.4f\n", valve, level } }' >"$work/tank.csv"

# once LABEL WAY COMMAND...: adds the milliseconds of one run to a file.
once() {
  local label=$1 way=$2 started
  shift 2
  started=$(date +%s%N)
  "$work/$way/orrery" "$@" >/dev/null 2>&1
  echo $((($(date +%s%N) - started) / 1000000)) >>"$work/$label.$way.times"
}

for ((round = 0; round < rounds; round++)); do
  for way in "${!ways[@]}"; do
    once help "$way" --help
    once recipes "$way" recipes
    once training "$way" train "$work/tank.csv" --observations level --actions valve --recipe plant/debug --output "$work/run-$round-$way"
  done
done

echo "| published | \`--help\` | \`recipes\` | first training (plant/debug, 2,000 rows) | size |"
echo "| --- | ---: | ---: | ---: | ---: |"
for way in "${!ways[@]}"; do
  printf '| %s' "$way"
  for label in help recipes training; do
    sort -n "$work/$label.$way.times" | awk '{ time[NR] = $1 } END { printf " | %d ms (%d-%d)", time[int((NR + 1) / 2)], time[1], time[NR] }'
  done
  printf ' | %s |\n' "$(du -sh "$work/$way" | cut -f 1)"
done | sort
