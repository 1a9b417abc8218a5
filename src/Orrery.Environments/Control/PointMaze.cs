using System.Globalization;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments.Painting;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Control;

/// <summary>A ball is pushed about in a maze with walls that it slides along; it must come to another place. Forces in [-1, 1], 0.05 s a step.</summary>
/// <remarks>
/// Source: D4RL's maze2d (Fu et al. 2020) with DINO-WM's frame skip (Zhou et al. 2024): velocities are limited to 5 m/s when a step begins, then five
/// physics steps of 0.01 s follow. Contacts are soft: the ball goes up to some 6 cm into a wall that it hits at full speed.
/// </remarks>
internal sealed class PointMaze : ControlEnvironment
{
    /// <summary>Distance to the goal below which it is reached, m.</summary>
    public const double Tolerance = 0.5;

    private const int PhysicsSteps = 5;
    private const double StartSpeed = 0.1;
    private const double StartSpread = 0.1;

    /// <summary>When a step begins, m/s.</summary>
    private const double SpeedLimit = 5;

    /// <summary>When a step ends, m/s: the force adds 1.1, and a wall that the ball went into throws it back a little faster.</summary>
    private const double HighestSpeed = 7.5;

    private readonly PointMazeLayout _layout;
    private readonly PointMazePainter _painter;

    /// <summary>Creates the environment, reset with seed 0.</summary>
    /// <param name="layout">The maze.</param>
    /// <param name="pictureSize">Side of the observed picture, px; 0 to see a vector.</param>
    /// <param name="hasProprioception">Whether place and velocity are measured beside the picture.</param>
    public PointMaze(PointMazeLayout layout, int pictureSize, bool hasProprioception = false)
        : base(Describe(layout, pictureSize, hasProprioception), layout.Model)
    {
        _layout = layout;
        _painter = new PointMazePainter(layout);
        Reset(0);
    }

    /// <summary>What one is called in the catalogue.</summary>
    public static string NameOf(PointMazeLayout layout, int pictureSize, bool hasProprioception) =>
        layout.Name + (pictureSize == 0 ? "-state" : hasProprioception ? "-proprioception" : "");

    /// <summary>The maze.</summary>
    public PointMazeLayout Layout => _layout;

    /// <summary>Within 0.1 m of a random free cell's place, nearly at rest: each velocity is normal with a deviation of 0.1 m/s.</summary>
    public override void Reset(ulong seed)
    {
        var random = new RandomStream(seed, "point maze start");
        Span<double> position = stackalloc double[2];
        DrawPlace(random, _layout.Cells[random.NextInt(_layout.Cells.Count)], position);
        Begin(position, [StartSpeed * random.NextNormal(), StartSpeed * random.NextNormal()]);
    }

    /// <summary>Two places as <see cref="Reset"/> draws them, in different cells, both at rest.</summary>
    public override void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        CheckLength(startState.Length);
        CheckLength(goalState.Length);
        var random = new RandomStream(seed, "point maze task");
        var start = random.NextInt(_layout.Cells.Count);
        var goal = random.NextInt(_layout.Cells.Count - 1);
        Draw(start, startState);
        Draw(goal < start ? goal : goal + 1, goalState);

        void Draw(int cell, Span<float> state)
        {
            Span<double> position = stackalloc double[2];
            DrawPlace(random, _layout.Cells[cell], position);
            state.Clear();
            (state[0], state[1]) = ((float)position[0], (float)position[1]);
        }
    }

    /// <inheritdoc/>
    public override bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        CheckLength(state.Length);
        CheckLength(goalState.Length);
        var (dx, dy) = (state[0] - (double)goalState[0], state[1] - (double)goalState[1]);
        return Math.Sqrt((dx * dx) + (dy * dy)) < Tolerance;
    }

    /// <summary>Seen from straight above, lit from the eye, as D4RL's.</summary>
    internal override string SceneMjcf(int width, int height)
    {
        const double Opening = Math.PI / 4;
        var view = _painter.View;
        return MujocoScenery.Add(
            _layout.Mjcf(),
            width,
            height,
            """
            <visual><headlight ambient="0.4 0.4 0.4" diffuse="0.8 0.8 0.8" specular="0.1 0.1 0.1"/></visual>
            <asset>
              <texture name="floor" type="2d" builtin="checker" rgb1="0.2 0.3 0.4" rgb2="0.1 0.2 0.3" width="100" height="100"/>
              <material name="floor" texture="floor" texrepeat="20 20"/>
            </asset>
            """,
            string.Create(CultureInfo.InvariantCulture, $"""
            <camera name="above" pos="{view.Left + (view.Width / 2)} {view.Bottom + (view.Height / 2)} {view.Height / 2 / Math.Tan(Opening / 2)}" fovy="45"/>
            <geom type="plane" size="40 40 0.25" pos="0 0 -0.1" contype="0" conaffinity="0" material="floor"/>
            """));
    }

    /// <inheritdoc/>
    protected override void Settle(MujocoWorld world)
    {
        // Each physics step begins with what follows from positions and velocities.
    }

    /// <inheritdoc/>
    protected override void Advance(MujocoWorld world)
    {
        world.LimitVelocities(SpeedLimit);
        world.Step(PhysicsSteps);
    }

    /// <inheritdoc/>
    protected override void See(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<float> vector)
    {
        for (var i = 0; i < 2; i++)
            (vector[i], vector[2 + i]) = ((float)positions[i], (float)velocities[i]);
    }

    /// <inheritdoc/>
    protected override void Paint(Span<byte> pixels, PixelLayout layout, ReadOnlySpan<double> positions) => _painter.Paint(pixels, layout, positions);

    /// <inheritdoc/>
    protected override string? Objection(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        if (_layout.IsWall(PointMazeLayout.CellOf(positions[0], positions[1])))
            return $"the ball's centre is at ({positions[0]:0.###}, {positions[1]:0.###}) m, inside a wall or outside the maze, from where it would be shot away; choose a place in a free cell.";
        return Math.Max(Math.Abs(velocities[0]), Math.Abs(velocities[1])) > 2 * HighestSpeed
            ? $"the ball moves at ({velocities[0]:0.###}, {velocities[1]:0.###}) m/s, but both must be within +-{2 * HighestSpeed}."
            : null;
    }

    private static void DrawPlace(RandomStream random, (int Row, int Column) cell, Span<double> position)
    {
        position[0] = cell.Row + Spread();
        position[1] = cell.Column + Spread();

        double Spread() => StartSpread * ((2 * random.NextDouble()) - 1);
    }

    private static EnvironmentSpecification Describe(PointMazeLayout layout, int pictureSize, bool hasProprioception)
    {
        // The ball's centre comes to 0.1 m from a wall, and 0.1 m is left for how far it goes into one.
        VectorSpace Numbers(string name) => new(name,
        [
            new("x", "m", 0.3, layout.Rows - 1.7),
            new("y", "m", 0.3, layout.Columns - 1.7),
            new("vx", "m/s", -HighestSpeed, HighestSpeed),
            new("vy", "m/s", -HighestSpeed, HighestSpeed),
        ]);
        return new EnvironmentSpecification(
            NameOf(layout, pictureSize, hasProprioception),
            "A ball finds its way in a maze; acted in by the force on it.",
            pictureSize > 0 ? new ImageSpace("picture", 3, pictureSize, pictureSize) : Numbers("vector"),
            new VectorSpace("force", [new("x", "100 N", -1, 1), new("y", "100 N", -1, 1)]),
            Numbers("state"),
            SamplingTime: 0.05,
            TimeUnit: "s",
            StepLimit: 300,
            "The ball is less than 0.5 m from the goal.",
            Proprioception: hasProprioception ? Numbers("proprioception") : null);
    }
}
