using MathNet.Numerics.LinearAlgebra;
using Orrery.Models.Identification;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// The part of a log's model that is trained: the last n observations and actions give x; x[t] = f(x[t-1], u[t]); y[t] = h(x[t]).
/// Each of the three maps is linear plus a small network. An action is that of its own row, since a plant's output may answer to it
/// at once (Beintema, Tóth and Schoukens, SUBNET, 2021).
/// </summary>
internal sealed class DeepSubspace
{
    // Starting scales: the small networks contribute about a tenth of what the linear maps do, the transition's less, since its
    // contributions add up over a roll-out. Found on the cascaded tanks and six DaISy records.
    private const float OuterScale = 0.1f;
    private const float TransitionOuterScale = 0.03f;
    private const float InnerBias = 0.3f;
    private const float Memory = 0.95f;

    private readonly IBypassed _encoder;
    private readonly IBypassed _transition;
    private readonly BypassedMlp _output;
    private readonly int _actionSize;

    /// <summary>Registers the parameters.</summary>
    /// <param name="block">Where they live.</param>
    /// <param name="name">Put before the names of the parameters; empty or ending in a dot.</param>
    /// <param name="recipe">Sizes.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="random">Starting weights.</param>
    public DeepSubspace(ParameterBlock block, string name, LogRecipe recipe, int observationSize, int actionSize, RandomStream random)
    {
        _actionSize = actionSize;
        StateSize = recipe.LatentSize;
        WindowSize = recipe.History * (observationSize + actionSize);
        _encoder = recipe.Encoder == LogRecipe.GruEncoder
            ? new BypassedGru(block, $"{name}encoder", recipe.History, observationSize, actionSize, recipe.Hidden, StateSize, OuterScale, random)
            : new BypassedMlp(block, $"{name}encoder", WindowSize, recipe.Hidden, StateSize, 0, OuterScale, random);
        _transition = recipe.Transition == LogRecipe.MlpTransition
            ? new BypassedMlp(block, $"{name}transition", StateSize + actionSize, recipe.Hidden, StateSize, InnerBias, TransitionOuterScale, random)
            : new BypassedControlAffine(
                block, $"{name}transition", StateSize, actionSize, recipe.Hidden, recipe.Transition == LogRecipe.MidpointTransition, InnerBias, TransitionOuterScale, random);
        int readers = recipe.Hidden == 0 ? 0 : Math.Max(4, recipe.Hidden / 2);
        _output = new BypassedMlp(block, $"{name}output", StateSize, readers, observationSize, InnerBias, OuterScale, random);
        StartRandom(random);
    }

    /// <summary>Numbers in x.</summary>
    public int StateSize { get; }

    /// <summary>n (O + A): the last n observations, oldest first, then the last n actions, oldest first.</summary>
    public int WindowSize { get; }

    /// <summary>[B, n (O + A)], normalised, to [B, x].</summary>
    public Tensor Encode(Tape tape, Tensor window) => _encoder.Forward(tape, window);

    /// <summary>[B, x] and [B, A] to [B, x].</summary>
    public Tensor Predict(Tape tape, Tensor state, Tensor action) => _transition.Forward(tape, tape.Concat(1, state, action));

    /// <summary>[B, x] to [B, O], normalised.</summary>
    public Tensor Read(Tape tape, Tensor states) => _output.Forward(tape, states);

    /// <summary>
    /// Starts the linear maps from an identified model. State dimensions that it does not use start as decaying memories that
    /// nothing reads yet.
    /// </summary>
    public void StartFrom(LinearStateSpace start)
    {
        int rank = start.Rank;
        int driven = StateSize + _actionSize;
        Put(_encoder.Linear, WindowSize, 0, 0, start.Encoder);
        Span<float> transition = _transition.Linear;
        for (int to = 0; to < StateSize; to++)
            for (int from = 0; from < StateSize; from++)
                if (to < rank || from < rank)
                    transition[(to * driven) + from] = 0;
        Put(transition, driven, 0, 0, start.Transition);
        Put(transition, driven, 0, StateSize, start.Input);
        _output.Linear.Clear();
        Put(_output.Linear, StateSize, 0, 0, start.Output);
    }

    private void StartRandom(RandomStream random)
    {
        RandomStream stream = random.Child("linear");
        Normal(_encoder.Linear, 1 / Math.Sqrt(WindowSize));
        int driven = StateSize + _actionSize;
        Span<float> transition = _transition.Linear;
        for (int to = 0; to < StateSize; to++)
            for (int from = 0; from < driven; from++)
                transition[(to * driven) + from] = from < StateSize
                    ? (float)((0.01 * stream.NextNormal()) + (to == from ? Memory : 0))
                    : (float)(0.1 * stream.NextNormal());
        Normal(_output.Linear, 1 / Math.Sqrt(StateSize));

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
}
