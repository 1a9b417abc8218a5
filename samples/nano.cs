#:project ../src/Orrery.Planning/Orrery.Planning.csproj

// A joint-embedding predictive architecture (JEPA) on one page: learn a world from pictures alone, then plan in its latents.
//
// The world is a dot in a square room, seen as a 16 x 16 picture. An action moves the dot a little; the border stops it.
// The model never sees a position. It learns
//
//     encoder     picture -> latent
//     predictor   latent, action -> next latent
//
// by predicting its own latents. A model that maps every picture to the same latent would predict perfectly, so two terms
// keep it honest: the latents of a batch must look like a Gaussian cloud (SIGReg), and the action must be readable from two
// successive latents. Then a planner is given a goal picture and finds actions whose predicted latents come close to its latent.
//
//     dotnet run -c Release samples/nano.cs

using System.Diagnostics;
using Orrery.Models;
using Orrery.Models.Losses;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Planners;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

const int Updates = 1500, Batch = 128, Steps = 4, Directions = 64, Goals = 20;

Stopwatch clock = Stopwatch.StartNew();
RandomStream random = new(seed: 0, "nano");
using CpuBackend backend = new();
using Jepa model = new(backend, random);
using Tape tape = new(backend);
AdamW optimizer = new(model.Parameters, weightDecay: 1e-4f);
WarmupCosineSchedule schedule = new(3e-3f, WarmupSteps: 50, Updates);

// Learn: every batch is fresh random walks, so there is no dataset at all.
float[] pictures = new float[(Steps + 1) * Batch * Dot.Pixels], actions = new float[Steps * Batch * 2], directions = new float[Jepa.Size * Directions];
for (int update = 1; update <= Updates; update++)
{
    Dot.Walk(random, Batch, Steps, pictures, actions);
    SigReg.FillDirections(random, Jepa.Size, directions);
    tape.Reset();
    Tensor moves = tape.Constant(actions, new Shape(Steps, Batch, 2));
    Tensor latents = tape.Reshape(
        model.Encode(tape, tape.Constant(pictures, new Shape((Steps + 1) * Batch, Dot.Pixels))), new Shape(Steps + 1, Batch, Jepa.Size));
    Tensor earlier = tape.Slice(latents, 0, 0, Steps), later = tape.Slice(latents, 0, 1, Steps);

    // Roll out from the first latent with the true actions, without looking again.
    Tensor[] predictions = new Tensor[Steps];
    Tensor now = tape.Select(latents, 0, 0);
    for (int step = 0; step < Steps; step++)
        predictions[step] = now = model.Predict(tape, now, tape.Select(moves, 0, step));
    Tensor prediction = tape.MeanSquaredError(tape.Stack(0, predictions), later);
    Tensor inverse = tape.MeanSquaredError(model.Inverse(tape, earlier, later), moves);
    Tensor normality = SigReg.Forward(
        tape, tape.Reshape(latents, new Shape(1, (Steps + 1) * Batch, Jepa.Size)), tape.Constant(directions, new Shape(Jepa.Size, Directions)));
    Tensor loss = tape.Add(tape.Add(prediction, inverse), tape.Scale(normality, 0.1f));

    model.Parameters.ZeroGradients();
    tape.Backward(loss);
    GradientClipping.ClipGlobalNorm(model.Parameters, 1);
    optimizer.Step(schedule.At(update));
    if (update % 300 == 0)
        Console.WriteLine($"update {update,5}  prediction {prediction.Item():0.0000}  inverse {inverse.Item():0.0000}  sigreg {normality.Item(),5:0.0}  ({clock.Elapsed.TotalSeconds:0.0} s)");
}

// Plan: goal pictures far away, replanned after every step. The planner sees latents only.
ActionLimits limits = ActionLimits.Radial(actionSize: 2, Dot.Speed);
CrossEntropyPlanner planner = new(new SearchOptions(Horizon: 12, Candidates: 150, Iterations: 4));
int reached = 0;
double before = 0, after = 0;
float[] picture = new float[Dot.Pixels], latent = new float[Jepa.Size], goalLatent = new float[Jepa.Size];
for (int trial = 0; trial < Goals; trial++)
{
    Dot dot = Dot.Random(random), goal = Dot.Random(random);
    before += dot.Distance(goal);
    goal.Draw(picture);
    model.Look(picture, goalLatent);
    MpcController controller = new(new MpcSettings(model, planner, limits, new SafeValueFallback([0, 0]), Seed: (ulong)trial));
    controller.Pursue(new LatentGoalCost(goalLatent));
    for (int step = 0; step < 25; step++)
    {
        Decision decision = controller.Step(seen =>
        {
            dot.Draw(picture);
            model.Look(picture, seen);
        });
        dot = dot.Move(decision.Action.Span);
    }

    after += dot.Distance(goal);
    reached += dot.Distance(goal) < Dot.Speed ? 1 : 0;
}

Console.WriteLine($"{reached} of {Goals} goal pictures reached to within one step; mean distance {before / Goals:0.0} before, {after / Goals:0.00} after ({clock.Elapsed.TotalSeconds:0.0} s)");
return reached >= Goals * 3 / 4 ? 0 : 1;

/// <summary>The model: three small networks. As <see cref="ILatentDynamics"/> any planner can search with it.</summary>
internal sealed class Jepa : ILatentDynamics, IDisposable
{
    public const int Size = 8;
    private readonly Mlp _encoder, _predictor, _inverse;
    private readonly Tape _inference;

    public Jepa(Backend backend, RandomStream random)
    {
        Parameters = new ParameterBlock(backend);
        _encoder = new Mlp(Parameters, "encoder", [Dot.Pixels, 128, 64, Size], Activation.Relu, random);
        _predictor = new Mlp(Parameters, "predictor", [Size + 2, 64, 64, Size], Activation.Relu, random);
        _inverse = new Mlp(Parameters, "inverse", [2 * Size, 32, 2], Activation.Relu, random);
        Parameters.Seal();
        _inference = new Tape(backend) { Recording = false };
    }

    public ParameterBlock Parameters { get; }

    public int LatentSize => Size;

    public int ActionSize => 2;

    public int ActionBlock => 1;

    public Tensor Encode(Tape tape, Tensor pictures) => _encoder.Forward(tape, pictures);

    public Tensor Predict(Tape tape, Tensor latent, Tensor action) => tape.Add(latent, _predictor.Forward(tape, tape.Concat(1, latent, action)));

    public Tensor Inverse(Tape tape, Tensor earlier, Tensor later) => _inverse.Forward(tape, tape.Concat(2, earlier, later));

    public void Look(ReadOnlySpan<float> picture, Span<float> latent)
    {
        _inference.Reset();
        Encode(_inference, _inference.Constant(picture, new Shape(1, Dot.Pixels))).Span.CopyTo(latent);
    }

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        _inference.Reset();
        Tensor now = _inference.Expand(_inference.Constant(latent, new Shape(1, Size)), new Shape(candidates, Size));
        Tensor moves = _inference.Constant(actions, new Shape(candidates, horizon, 2));
        for (int step = 0; step < horizon; step++)
        {
            now = Predict(_inference, now, _inference.Select(moves, 1, step));
            for (int candidate = 0; candidate < candidates; candidate++)
                now.Span.Slice(candidate * Size, Size).CopyTo(latents[(((candidate * horizon) + step) * Size)..]);
        }
    }

    public void Dispose()
    {
        _inference.Dispose();
        Parameters.Dispose();
    }
}

/// <summary>The world: a dot at (X, Y), in pixels.</summary>
internal readonly record struct Dot(float X, float Y)
{
    public const int Side = 16, Pixels = Side * Side;
    public const float Speed = 1.5f;
    private const float Near = 1.5f, Far = Side - 2.5f;

    public static Dot Random(RandomStream random) => new(Near + ((Far - Near) * random.NextFloat()), Near + ((Far - Near) * random.NextFloat()));

    public Dot Move(ReadOnlySpan<float> action) => new(Math.Clamp(X + action[0], Near, Far), Math.Clamp(Y + action[1], Near, Far));

    public double Distance(Dot other) => Math.Sqrt(((X - other.X) * (X - other.X)) + ((Y - other.Y) * (Y - other.Y)));

    public void Draw(Span<float> picture)
    {
        for (int row = 0; row < Side; row++)
            for (int column = 0; column < Side; column++)
                picture[(row * Side) + column] = MathF.Exp(-(((column - X) * (column - X)) + ((row - Y) * (row - Y))) / 3);
    }

    /// <summary>Random walks: pictures [steps + 1, batch, pixels] and actions [steps, batch, 2].</summary>
    public static void Walk(RandomStream random, int batch, int steps, Span<float> pictures, Span<float> actions)
    {
        for (int walk = 0; walk < batch; walk++)
        {
            Dot dot = Random(random);
            dot.Draw(pictures[(walk * Pixels)..]);
            for (int step = 0; step < steps; step++)
            {
                float angle = MathF.Tau * random.NextFloat(), length = Speed * random.NextFloat();
                Span<float> action = actions.Slice(((step * batch) + walk) * 2, 2);
                (action[0], action[1]) = (length * MathF.Cos(angle), length * MathF.Sin(angle));
                dot = dot.Move(action);
                dot.Draw(pictures[((((step + 1) * batch) + walk) * Pixels)..]);
            }
        }
    }
}
