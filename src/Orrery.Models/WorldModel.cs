using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Models.Checkpoints;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Rollouts;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Serialization;

namespace Orrery.Models;

/// <summary>
/// A learned world: an encoder from what is observed to a latent, a predictor from latent and actions to the next latent, and
/// for logs a readout back to observations. Everything outside is in physical units. Not thread-safe; parallel inside. Nothing is
/// allocated after the first call of a size.
/// </summary>
public sealed class WorldModel : IDifferentiableDynamics, IActionStatistics, IEnsembleReadout, IDisposable
{
    /// <summary>Pictures that are encoded at once; bounds memory.</summary>
    private const int EncodeChunk = 64;

    private readonly Backend _backend;
    private readonly WorldModelNetwork _network;
    private readonly Tape _tape;
    private readonly ParallelRollout _rollout;
    private DifferentiableRollout? _recorded;
    private float[] _actions = [];
    private float[] _driven = [];
    private float[] _seen = [];

    internal WorldModel(Backend backend, Recipe recipe, WorldModelDescription description, WorldModelNetwork network)
    {
        _backend = backend;
        _network = network;
        Recipe = recipe;
        Description = description;
        _tape = new Tape(backend) { Recording = false };
        _rollout = new ParallelRollout(network.Predictor, network.LatentSize, network.StepSize, backend);
    }

    /// <summary>The recipe that it was built from.</summary>
    public Recipe Recipe { get; }

    /// <summary>What its numbers mean.</summary>
    public WorldModelDescription Description { get; }

    /// <summary>D.</summary>
    public int LatentSize => _network.LatentSize;

    /// <summary>
    /// Numbers at a latent's beginning that say in what state the world is: all of them for pictures. What follows, for a log, is the linear
    /// equation's rows, clocks that run down in predictions, and actions on their way; distances between latents must not count it.
    /// </summary>
    public int StateSize => _network.StateSize;

    /// <summary>A: numbers in the action of one row.</summary>
    public int ActionSize => Description.ActionSize;

    /// <summary>K: rows that one predictor step stands for.</summary>
    public int ActionBlock => Description.ActionBlock;

    /// <inheritdoc/>
    public IReadOnlyList<double> ActionMean => Description.Action.Mean;

    /// <inheritdoc/>
    public IReadOnlyList<double> ActionDeviation => Description.Action.Scale;

    /// <summary>n: rows that the encoder needs; for pictures, as many as are stacked.</summary>
    public int History => Description.History;

    /// <summary>O: numbers in one observation, bytes for pictures.</summary>
    public int ObservationSize => Description.Spaces.Observation.Size;

    /// <summary>Whether observations are pictures.</summary>
    public bool ReadsPixels => Description.Spaces.Observation is ImageSpace;

    /// <summary>
    /// Bytes of one observation as <see cref="ObservationStack"/> takes it: of a picture and, behind them, of the float32 numbers of the proprioception
    /// that the model reads, in physical units; or of a vector's numbers.
    /// </summary>
    public int ObservationBytes => (_network as LatentNetwork)?.ObservationBytes ?? sizeof(float) * ObservationSize;

    /// <summary>Bytes that the encoder of a picture model needs for one latent: n observations, the oldest first.</summary>
    public int StackSize => History * ObservationBytes;

    /// <summary>Whether <see cref="Read"/> works.</summary>
    public bool HasReadout => _network.HasReadout;

    /// <inheritdoc/>
    public int Members => (_network as LogNetwork)?.Deep.Members.Count ?? 1;

    /// <summary>Whether <see cref="Decode"/> works.</summary>
    public bool HasDecoder => _network is LatentNetwork { HasDecoder: true };

    /// <summary>Numbers that are trained.</summary>
    public long ParameterCount => _network.Block.Count;

    /// <summary>How far a log's model trusts its linear models, per observation; empty where it has none.</summary>
    public IReadOnlyList<BlendedColumn> Blend => (_network as LogNetwork)?.Shares() ?? [];

    /// <summary>Loads a model.</summary>
    /// <param name="folder">A run's folder (its newest checkpoint is taken), or a checkpoint's.</param>
    /// <param name="backend">Computes; it must outlive the model.</param>
    /// <exception cref="OrreryDataException">There is no model, or it is damaged, or of a newer version.</exception>
    public static WorldModel Load(string folder, Backend backend)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(backend);
        return FromCheckpoint(CheckpointStore.Find(folder), backend);
    }

    /// <summary>A model that nothing was learned by: for attacks, and for measuring what learning adds.</summary>
    /// <param name="recipe">What to build; its training's seed decides the starting weights.</param>
    /// <param name="description">What its numbers would mean.</param>
    /// <param name="backend">Computes; it must outlive the model.</param>
    /// <param name="change">Is given all starting weights to change, in no promised order; null to leave them.</param>
    /// <exception cref="OrreryDataException">The recipe does not fit the spaces.</exception>
    public static WorldModel Untrained(Recipe recipe, WorldModelDescription description, CpuBackend backend, Action<Memory<float>>? change = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(backend);
        WorldModelNetwork network = WorldModelNetwork.Create(backend, recipe, description.Spaces, description.Proprioception);
        network.Block.Seal();
        if (change is not null)
        {
            float[] weights = network.Block.Values.Span.ToArray();
            change(weights);
            weights.CopyTo(network.Block.Values.Span);
        }

        return new WorldModel(backend, recipe, description, network);
    }

    /// <summary>Whether what an environment or a dataset shows can be read: an observation of the same kind and size, and the proprioception that the model reads.</summary>
    /// <param name="observation">What is seen.</param>
    /// <param name="proprioception">What is measured beside it; more than the model reads does no harm.</param>
    public bool CanRead(Space observation, VectorSpace? proprioception)
    {
        ArgumentNullException.ThrowIfNull(observation);
        VectorSpace? read = Description.Spaces.Proprioception;
        return observation is ImageSpace == ReadsPixels && observation.Size == ObservationSize && (read is null || read.Size == proprioception?.Size);
    }

    /// <summary>Copies what the model reads at a row of a dataset of pictures.</summary>
    /// <param name="dataset">The dataset; see <see cref="CanRead"/>.</param>
    /// <param name="row">The row.</param>
    /// <param name="seen">Receives <see cref="ObservationBytes"/> bytes.</param>
    /// <exception cref="InvalidOperationException">The model does not read pictures, or the dataset has none or not the proprioception that the model reads.</exception>
    public void Look(Dataset dataset, long row, Span<byte> seen)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (_network is not LatentNetwork network || !ReadsPixels)
            throw new InvalidOperationException("WorldModel.Look: this model reads vectors, not pictures.");
        Check("seen", seen.Length, ObservationBytes);
        network.Look(dataset, row, seen);
    }

    /// <summary>Encodes pictures, with the proprioception beside them where the model reads it.</summary>
    /// <param name="pixels">[B, n] observations of <see cref="ObservationBytes"/> bytes: n of each, a row apart, the oldest first.</param>
    /// <param name="batch">B.</param>
    /// <param name="latents">Receives [B, D].</param>
    /// <exception cref="InvalidOperationException">The model does not read pictures.</exception>
    /// <exception cref="ArgumentException">A span has the wrong length, or a number of proprioception is not finite.</exception>
    public void Encode(ReadOnlySpan<byte> pixels, int batch, Span<float> latents)
    {
        if (_network is not LatentNetwork network || !ReadsPixels)
            throw new InvalidOperationException("WorldModel.Encode: this model reads vectors, not pictures.");
        Check("pixels", pixels.Length, batch * StackSize);
        Check("latents", latents.Length, batch * LatentSize);
        for (int first = 0; first < batch; first += EncodeChunk)
        {
            int count = Math.Min(EncodeChunk, batch - first);
            _tape.Reset();
            Tensor pictures = network.Upload(_tape, pixels.Slice(first * StackSize, count * StackSize), out Tensor proprioception);
            _backend.Download(network.Encode(_tape, pictures, proprioception, training: false), latents.Slice(first * LatentSize, count * LatentSize));
        }
    }

    /// <summary>Draws what latents stand for: what the model imagines, for people to see.</summary>
    /// <param name="latents">[B, D].</param>
    /// <param name="count">B.</param>
    /// <param name="pixels">Receives [B, C, H, W] bytes.</param>
    /// <exception cref="InvalidOperationException">The model has no decoder.</exception>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Decode(ReadOnlySpan<float> latents, int count, Span<byte> pixels)
    {
        if (_network is not LatentNetwork { HasDecoder: true } network)
            throw new InvalidOperationException("WorldModel.Decode: this model has no decoder; train with a recipe that names one, such as --set decoder.channels=[32,16,8,8].");
        Check("latents", latents.Length, count * LatentSize);
        Check("pixels", pixels.Length, count * ObservationSize);
        for (int first = 0; first < count; first += EncodeChunk)
        {
            int rows = Math.Min(EncodeChunk, count - first);
            _tape.Reset();
            Tensor input = _tape.Constant(latents.Slice(first * LatentSize, rows * LatentSize), new Shape(rows, LatentSize));
            ReadOnlySpan<float> brightness = _tape.Sigmoid(network.Decode(_tape, input)).Span;
            for (int index = 0; index < brightness.Length; index++)
                pixels[(first * ObservationSize) + index] = (byte)MathF.Round(255 * brightness[index]);
        }
    }

    /// <summary>Encodes the last rows of what was seen as vectors; the latent is that of the last row.</summary>
    /// <param name="observations">[n, O] in physical units, oldest first.</param>
    /// <param name="actions">[n, A] in physical units, oldest first, the last row's included; only a log's model looks at them.</param>
    /// <param name="latent">Receives [D].</param>
    /// <exception cref="InvalidOperationException">The model reads pictures.</exception>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Encode(ReadOnlySpan<float> observations, ReadOnlySpan<float> actions, Span<float> latent)
    {
        if (ReadsPixels)
            throw new InvalidOperationException("WorldModel.Encode: this model reads pictures, not vectors.");
        Check("observations", observations.Length, History * ObservationSize);
        Check("latent", latent.Length, LatentSize);
        _tape.Reset();
        if (_network is not LogNetwork network)
        {
            LatentNetwork vectors = (LatentNetwork)_network;
            if (_seen.Length < observations.Length)
                _seen = new float[observations.Length];
            Description.Observation!.Apply(observations, _seen);
            Tensor seen = vectors.Upload(_tape, MemoryMarshal.AsBytes(_seen.AsSpan(0, observations.Length)), out Tensor none);
            _backend.Download(vectors.Encode(_tape, seen, none, training: false), latent);
            return;
        }

        Check("actions", actions.Length, History * ActionSize);
        Tensor window = _tape.Input(new Shape(1, network.WindowSize));
        Description.Observation!.Apply(observations, window.Span[..observations.Length]);
        Description.Action.Apply(actions, window.Span[observations.Length..]);
        _backend.Download(network.Encode(_tape, window), latent);
    }

    /// <inheritdoc/>
    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(candidates);
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        Check("latent", latent.Length, LatentSize);
        Check("actions", actions.Length, candidates * horizon * ActionBlock * ActionSize);
        Check("latents", latents.Length, candidates * horizon * LatentSize);
        _rollout.Run(latent, [], Normalized(actions), candidates, horizon, latents);
    }

    /// <summary>
    /// Rolls every candidate out from latents that were seen one after the other, for predictors that look at more than the last. What
    /// they have in common is computed once for all candidates.
    /// </summary>
    /// <param name="seen">[n, D]: a latent per planner step, oldest first, the present one last.</param>
    /// <param name="driven">[n - 1, K A] in physical units: the actions between them.</param>
    /// <param name="actions">[S, H, K A] in physical units.</param>
    /// <param name="candidates">S.</param>
    /// <param name="horizon">H, in planner steps.</param>
    /// <param name="latents">[S, H, D]: the latent after each planner step.</param>
    /// <exception cref="ArgumentException">A span does not have the length that S, H, n, K, A and D ask for.</exception>
    public void Rollout(
        ReadOnlySpan<float> seen, ReadOnlySpan<float> driven, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(candidates);
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        int known = Math.Max(1, seen.Length / LatentSize), step = ActionBlock * ActionSize;
        Check("seen", seen.Length, known * LatentSize);
        Check("driven", driven.Length, (known - 1) * step);
        Check("actions", actions.Length, candidates * horizon * step);
        Check("latents", latents.Length, candidates * horizon * LatentSize);
        if (_driven.Length < driven.Length)
            _driven = new float[driven.Length];
        Span<float> past = _driven.AsSpan(0, driven.Length);
        Description.Action.Apply(driven, past);
        _rollout.Run(seen, past, Normalized(actions), candidates, horizon, latents);
    }

    /// <inheritdoc/>
    public void Record(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        Check("latent", latent.Length, LatentSize);
        Check("actions", actions.Length, candidates * horizon * ActionBlock * ActionSize);
        Check("latents", latents.Length, candidates * horizon * LatentSize);
        _recorded ??= new DifferentiableRollout(_network.Predictor, LatentSize, _network.StepSize, _backend);
        _recorded.Record(latent, Normalized(actions), candidates, horizon, latents);
    }

    /// <inheritdoc/>
    public void PullBack(ReadOnlySpan<float> latentGradients, Span<float> actionGradients)
    {
        if (_recorded is null)
            throw new InvalidOperationException("WorldModel.PullBack: nothing was recorded; call Record first.");
        _recorded.PullBack(latentGradients, actionGradients);
        for (int index = 0; index < actionGradients.Length; index++)
            actionGradients[index] /= (float)Description.Action.Scale[index % ActionSize];
    }

    /// <summary>Reads observations off latents.</summary>
    /// <param name="latents">[B, D].</param>
    /// <param name="count">B.</param>
    /// <param name="observations">Receives [B, O] in physical units.</param>
    /// <exception cref="InvalidOperationException">The model has no readout.</exception>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Read(ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        if (!HasReadout)
            throw new InvalidOperationException("WorldModel.Read: this model has no readout; it predicts in latent space only.");
        ReadOff(null, latents, count, observations);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model has no readout.</exception>
    public void ReadMember(int member, ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        if (member < 0 || member >= Members)
            throw new ArgumentException($"WorldModel.ReadMember: member {member} was asked for; there are members 0 to {Members - 1}.", nameof(member));
        if (_network is LogNetwork network)
            ReadOff((network, member), latents, count, observations);
        else
            Read(latents, count, observations);
    }

    /// <summary>Ends its threads and gives its memory back.</summary>
    public void Dispose()
    {
        _rollout.Dispose();
        _recorded?.Dispose();
        _tape.Dispose();
        _network.Dispose();
    }

    private void ReadOff((LogNetwork Ensemble, int Member)? single, ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        Check("latents", latents.Length, count * LatentSize);
        Check("observations", observations.Length, count * ObservationSize);
        const int chunk = 4096;
        for (int first = 0; first < count; first += chunk)
        {
            int rows = Math.Min(chunk, count - first);
            _tape.Reset();
            Tensor input = _tape.Constant(latents.Slice(first * LatentSize, rows * LatentSize), new Shape(rows, LatentSize));
            Span<float> output = observations.Slice(first * ObservationSize, rows * ObservationSize);
            _backend.Download(single is { } one ? one.Ensemble.ReadMember(_tape, input, one.Member) : _network.Read(_tape, input), output);
            Description.Observation!.Invert(output, output);
        }
    }

    internal static WorldModel FromCheckpoint(LoadedCheckpoint checkpoint, Backend backend)
    {
        WorldModelDescription description = WorldModelDescription.Read(checkpoint.Statistics, checkpoint.Folder);
        Recipe recipe = RecipeFile.Parse(checkpoint.Recipe, checkpoint.Folder);
        WorldModelNetwork network = WorldModelNetwork.Create(backend, recipe, description.Spaces, description.Proprioception);
        network.Block.Seal();
        try
        {
            ParameterFile.Load(network.Block, checkpoint.Model);
        }
        catch (InvalidDataException problem)
        {
            network.Dispose();
            throw new OrreryDataException($"The checkpoint '{checkpoint.Folder}' does not fit its recipe: {problem.Message}", problem);
        }

        return new WorldModel(backend, recipe, description, network);
    }

    private Span<float> Normalized(ReadOnlySpan<float> actions)
    {
        if (_actions.Length < actions.Length)
            _actions = new float[actions.Length];
        Span<float> normalized = _actions.AsSpan(0, actions.Length);
        Description.Action.Apply(actions, normalized);
        return normalized;
    }

    private static void Check(string name, int length, int needed)
    {
        if (length != needed)
            throw new ArgumentException($"WorldModel: {name} holds {length} numbers; {needed} are needed.", name);
    }
}
