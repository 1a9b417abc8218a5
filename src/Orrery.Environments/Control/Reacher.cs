using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments.Painting;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Control;

/// <summary>
/// An arm of two links lies on a table and turns at shoulder and wrist; it must take the pose of a goal. Torques in [-1, 1], 0.04 s a step.
/// </summary>
/// <remarks>
/// Source: the reacher of the DeepMind Control Suite (Tassa et al. 2018) as stable-worldmodel uses it: each action is held for two control steps
/// of 0.02 s, the target is not there, and a goal is a pose. Positions, velocities and what follows from them always belong to the same time.
/// The shoulder has no limit and is not wrapped; the wrist's limit at 160 degrees gives way a little.
/// </remarks>
internal sealed class Reacher : ControlEnvironment
{
    /// <summary>From the shoulder to the wrist, and from the wrist to the fingertip, m.</summary>
    public const double Link = 0.12;

    /// <summary>From the wrist to where the hand ends, m.</summary>
    public const double HandLength = 0.1;

    /// <summary>Of both links and of the fingertip, m.</summary>
    public const double Radius = 0.01;

    /// <summary>Difference of each angle below which a goal is reached, rad.</summary>
    public const double Tolerance = 0.05;

    private const double WristLimit = 160 * Math.PI / 180;

    /// <summary>rad/s; half as much again as random forces reach in an hour.</summary>
    private const double SpeedLimit = 10;

    /// <summary>The wrist's limit gives way: twice as far beyond it as was seen, rad.</summary>
    private const double WristHighest = 3.1;

    /// <summary>The arm, from the description's words: density 1000, nothing touches, damping and gears as given there.</summary>
    internal const string Mjcf = """
        <mujoco model="reacher">
          <size njmax="50" nconmax="20" nstack="20000"/>
          <option timestep="0.02" integrator="Euler">
            <flag contact="disable"/>
          </option>
          <default>
            <joint type="hinge" axis="0 0 1" damping="0.01"/>
            <motor gear="0.05" ctrlrange="-1 1" ctrllimited="true"/>
          </default>
          <worldbody>
            <body name="arm" pos="0 0 0.01">
              <joint name="shoulder"/>
              <geom name="arm" type="capsule" fromto="0 0 0 0.12 0 0" size="0.01" rgba="0.7 0.5 0.3 1"/>
              <body name="hand" pos="0.12 0 0">
                <joint name="wrist" limited="true" range="-160 160"/>
                <geom name="hand" type="capsule" fromto="0 0 0 0.1 0 0" size="0.01" rgba="0.7 0.5 0.3 1"/>
                <geom name="finger" type="sphere" pos="0.12 0 0" size="0.01" rgba="0.7 0.4 0.2 1"/>
              </body>
            </body>
          </worldbody>
          <actuator>
            <motor name="shoulder" joint="shoulder"/>
            <motor name="wrist" joint="wrist"/>
          </actuator>
        </mujoco>
        """;

    private static readonly Lazy<MujocoModel> Model = new(() => MujocoModel.Load("reacher", Mjcf));

    private readonly ReacherPainter _painter = new();

    /// <summary>Creates the environment, reset with seed 0.</summary>
    /// <param name="name">In the catalogue.</param>
    /// <param name="pictureSize">Side of the observed picture, px; 0 to see a vector.</param>
    /// <param name="hasProprioception">Whether angles and speeds, as in the vector, are measured beside the picture.</param>
    public Reacher(string name, int pictureSize, bool hasProprioception = false)
        : base(Describe(name, pictureSize, hasProprioception), Model) => Reset(0);

    /// <summary>A point some way along a direction.</summary>
    public static (double X, double Y) Along((double X, double Y) from, double angle, double length)
    {
        var (sine, cosine) = Math.SinCos(angle);
        return (from.X + (length * cosine), from.Y + (length * sine));
    }

    /// <summary>At rest in a pose that is drawn evenly: the shoulder over the whole turn, the wrist over its 320 degrees.</summary>
    public override void Reset(ulong seed)
    {
        Span<double> angles = stackalloc double[2];
        DrawPose(new RandomStream(seed, "reacher start"), angles);
        Begin(angles, [0, 0]);
    }

    /// <summary>Two poses at rest, each drawn as <see cref="Reset"/> draws, of which the first does not count as the second.</summary>
    public override void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        CheckLength(startState.Length);
        CheckLength(goalState.Length);
        var random = new RandomStream(seed, "reacher task");
        Draw(startState);
        do
            Draw(goalState);
        while (IsSuccess(startState, goalState));

        void Draw(Span<float> state)
        {
            Span<double> angles = stackalloc double[2];
            DrawPose(random, angles);
            state.Clear();
            (state[0], state[1]) = ((float)angles[0], (float)angles[1]);
        }
    }

    /// <inheritdoc/>
    public override bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        CheckLength(state.Length);
        CheckLength(goalState.Length);
        return Math.Abs(Math.IEEERemainder(state[0] - (double)goalState[0], Math.Tau)) < Tolerance && Math.Abs(state[1] - (double)goalState[1]) < Tolerance;
    }

    /// <summary>The Control Suite's camera, 0.75 m above a floor with a rim, without the target.</summary>
    internal override string SceneMjcf(int width, int height) => MujocoScenery.Add(
        Mjcf,
        width,
        height,
        """
        <asset>
          <texture name="floor" type="2d" builtin="checker" rgb1="0.1 0.2 0.3" rgb2="0.2 0.3 0.4" width="300" height="300"/>
          <material name="floor" texture="floor" texrepeat="10 10" texuniform="true" reflectance="0.2"/>
        </asset>
        """,
        """
        <light pos="0 0 1" diffuse="0.5 0.5 0.5" specular="0.1 0.1 0.1"/>
        <camera name="above" pos="0 0 0.75" fovy="45"/>
        <geom type="plane" size="0.3 0.3 1" material="floor"/>
        <geom type="box" size="0.02 0.34 0.02" pos="-0.32 0 0.02" rgba="0.3 0.5 0.7 1"/>
        <geom type="box" size="0.02 0.34 0.02" pos="0.32 0 0.02" rgba="0.3 0.5 0.7 1"/>
        <geom type="box" size="0.3 0.02 0.02" pos="0 -0.32 0.02" rgba="0.3 0.5 0.7 1"/>
        <geom type="box" size="0.3 0.02 0.02" pos="0 0.32 0.02" rgba="0.3 0.5 0.7 1"/>
        <geom type="cylinder" fromto="0 0 0 0 0 0.021" size="0.011" rgba="0.3 0.5 0.7 1"/>
        """);

    /// <inheritdoc/>
    protected override void Settle(MujocoWorld world) => world.StepBeforeControls();

    /// <summary>Two control steps. Each ends where the next control is due, so that nothing that is read lags behind.</summary>
    protected override void Advance(MujocoWorld world)
    {
        world.StepAfterControls();
        world.Step(1);
        world.StepBeforeControls();
    }

    /// <inheritdoc/>
    protected override void See(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<float> vector)
    {
        var (sine, cosine) = Math.SinCos(positions[0]);
        ReadOnlySpan<double> numbers = [cosine, sine, positions[1], velocities[0], velocities[1]];
        for (var i = 0; i < numbers.Length; i++)
            vector[i] = (float)numbers[i];
    }

    /// <inheritdoc/>
    protected override void Paint(Span<byte> pixels, PixelLayout layout, ReadOnlySpan<double> positions) => _painter.Paint(pixels, layout, positions);

    /// <inheritdoc/>
    protected override string? Objection(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        // The limit gives way: what was read may be written.
        if (Math.Abs(positions[1]) > WristHighest)
            return $"the wrist is at {positions[1]:0.###} rad, but it must be within +-{WristHighest}: its limit is at {WristLimit:0.###} (160 degrees), and gives way a little.";
        return Math.Max(Math.Abs(velocities[0]), Math.Abs(velocities[1])) > 2 * SpeedLimit
            ? $"the joints turn at ({velocities[0]:0.###}, {velocities[1]:0.###}) rad/s, but both must be within +-{2 * SpeedLimit}."
            : null;
    }

    private static void DrawPose(RandomStream random, Span<double> angles)
    {
        angles[0] = Math.PI * ((2 * random.NextDouble()) - 1);
        angles[1] = WristLimit * ((2 * random.NextDouble()) - 1);
    }

    private static EnvironmentSpecification Describe(string name, int pictureSize, bool hasProprioception)
    {
        Dimension wrist = new("wrist", "rad", -WristHighest, WristHighest);
        Dimension[] speeds = [new("shoulder_speed", "rad/s", -SpeedLimit, SpeedLimit), new("wrist_speed", "rad/s", -SpeedLimit, SpeedLimit)];
        VectorSpace Numbers(string called) => new(called, [new("shoulder_cosine", "", -1, 1), new("shoulder_sine", "", -1, 1), wrist, .. speeds]);
        return new EnvironmentSpecification(
            name,
            "An arm of two links takes the pose of a goal; acted in by the torques of shoulder and wrist.",
            pictureSize > 0 ? new ImageSpace("picture", 3, pictureSize, pictureSize) : Numbers("vector"),
            new VectorSpace("torque", [new("shoulder", "0.05 N m", -1, 1), new("wrist", "0.05 N m", -1, 1)]),
            new VectorSpace("state", [new("shoulder", "rad"), wrist, .. speeds]),
            SamplingTime: 0.04,
            TimeUnit: "s",
            StepLimit: 200,
            "Shoulder and wrist are less than 0.05 rad from the goal's, the shoulder wrapped.",
            Proprioception: hasProprioception ? Numbers("proprioception") : null);
    }
}
