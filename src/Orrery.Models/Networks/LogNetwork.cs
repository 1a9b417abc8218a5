using MathNet.Numerics.LinearAlgebra;
using Orrery.Models.Identification;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// The deep subspace model: the last n observations and actions give x; x[t] = f(x[t-1], u[t]); y[t] = h(x[t]). Each of the three
/// maps is linear plus a small network. An action is that of its own row, since a plant's output may answer to it at once.
/// </summary>
internal sealed class LogNetwork : WorldModelNetwork
{
    // Starting scales: the small networks contribute about a tenth of what the linear maps do, the transition's less, since its
    // contributions add up over a roll-out. Found on the cascaded tanks and six DaISy records.
    private const float OuterScale = 0.1f;
    private const float TransitionOuterScale = 0.03f;
    private const float InnerBias = 0.3f;
    private const float Memory = 0.95f;

    private readonly BypassedMlp _encoder;
    private readonly BypassedMlp _transition;
    private readonly BypassedMlp _output;
    private readonly int _observationSize;

    public LogNetwork(Backend backend, LogRecipe recipe, int observationSize, int actionSize, RandomStream random)
        : base(backend, recipe.LatentSize, actionSize)
    {
        _observationSize = observationSize;
        WindowSize = recipe.History * (observationSize + actionSize);
        _encoder = new BypassedMlp(Block, "encoder", WindowSize, recipe.Hidden, LatentSize, 0, OuterScale, random);
        _transition = new BypassedMlp(
            Block, "transition", LatentSize + actionSize, recipe.Hidden, LatentSize, InnerBias, TransitionOuterScale, random);
        Predictor = new Transition(_transition);
        _output = new BypassedMlp(
            Block, "output", LatentSize, Math.Max(4, recipe.Hidden / 2), observationSize, InnerBias, OuterScale, random);
        StartRandom(random);
    }

    public override bool HasReadout => true;

    public override LatentPredictor Predictor { get; }

    /// <summary>n (O + A): the last n observations, oldest first, then the last n actions, oldest first.</summary>
    public int WindowSize { get; }

    /// <summary>[B, n (O + A)], normalised, to [B, D].</summary>
    public Tensor Encode(Tape tape, Tensor window) => _encoder.Forward(tape, window);

    public override Tensor Read(Tape tape, Tensor latents) => _output.Forward(tape, latents);

    /// <summary>
    /// Starts the linear maps from an identified model. Latent dimensions that it does not use start as decaying memories that
    /// nothing reads yet.
    /// </summary>
    public void StartFrom(LinearStateSpace start)
    {
        int rank = start.Rank;
        int driven = LatentSize + StepSize;
        Put(_encoder.Linear, WindowSize, 0, 0, start.Encoder);
        Span<float> transition = _transition.Linear;
        for (int to = 0; to < LatentSize; to++)
            for (int from = 0; from < LatentSize; from++)
                if (to < rank || from < rank)
                    transition[(to * driven) + from] = 0;
        Put(transition, driven, 0, 0, start.Transition);
        Put(transition, driven, 0, LatentSize, start.Input);
        _output.Linear.Clear();
        Put(_output.Linear, LatentSize, 0, 0, start.Output);
    }

    private void StartRandom(RandomStream random)
    {
        RandomStream stream = random.Child("linear");
        Normal(_encoder.Linear, 1 / Math.Sqrt(WindowSize));
        int driven = LatentSize + StepSize;
        Span<float> transition = _transition.Linear;
        for (int to = 0; to < LatentSize; to++)
            for (int from = 0; from < driven; from++)
                transition[(to * driven) + from] = from < LatentSize
                    ? (float)((0.01 * stream.NextNormal()) + (to == from ? Memory : 0))
                    : (float)(0.1 * stream.NextNormal());
        Normal(_output.Linear, 1 / Math.Sqrt(LatentSize));

        void Normal(Span<float> values, double deviation)
        {
            foreach (ref float value in values)
                value = (float)(deviation * stream.NextNormal());
        }
    }

    /// <summary>Writes a row-vector map [in, out] into weights [out, in] at an offset.</summary>
    private static void Put(Span<float> weights, int columns, int row, int column, Matrix<double> map)
    {
        for (int output = 0; output < map.ColumnCount; output++)
            for (int input = 0; input < map.RowCount; input++)
                weights[((row + output) * columns) + column + input] = (float)map[input, output];
    }

    private sealed class Transition(BypassedMlp map) : LatentPredictor
    {
        public override Tensor Forward(Tape tape, Tensor latent, Tensor action) => map.Forward(tape, tape.Concat(1, latent, action));
    }
}
