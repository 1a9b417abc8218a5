using Orrery.Environments.Process;

namespace Orrery.Evaluation.Tracking;

/// <summary>What a controller may know: what was measured and the inputs in force up to then, row by row, the newest last.</summary>
public sealed class TrackingRows
{
    private readonly List<float> _observations = [];
    private readonly List<float> _inputs = [];
    private readonly float[] _observation;
    private readonly float[] _input;

    /// <summary>Begins without rows.</summary>
    /// <param name="observationSize">O.</param>
    /// <param name="inputSize">A: commands and disturbances.</param>
    public TrackingRows(int observationSize, int inputSize)
    {
        _observation = new float[observationSize];
        _input = new float[inputSize];
    }

    /// <summary>Number of rows.</summary>
    public int Count => _inputs.Count / _input.Length;

    /// <summary>[O], what was measured last.</summary>
    public ReadOnlySpan<float> Observation => _observation;

    /// <summary>[A], the inputs that were in force until then.</summary>
    public ReadOnlySpan<float> Inputs => _input;

    /// <summary>[n, O], the last n measurements, oldest first.</summary>
    public ReadOnlySpan<float> LastObservations(int count) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_observations)[^(count * _observation.Length)..];

    /// <summary>[n, A], the inputs of the last n rows, oldest first.</summary>
    public ReadOnlySpan<float> LastInputs(int count) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_inputs)[^(count * _input.Length)..];

    /// <summary>The same rows, which do not grow when these do.</summary>
    internal TrackingRows Copy()
    {
        TrackingRows copy = new(_observation.Length, _input.Length);
        copy._observations.AddRange(_observations);
        copy._inputs.AddRange(_inputs);
        _observation.CopyTo(copy._observation, 0);
        _input.CopyTo(copy._input, 0);
        return copy;
    }

    internal void Add(ProcessEnvironment environment)
    {
        environment.Observe(_observation);
        environment.ReadInputs(_input);
        _observations.AddRange(_observation);
        _inputs.AddRange(_input);
    }
}
