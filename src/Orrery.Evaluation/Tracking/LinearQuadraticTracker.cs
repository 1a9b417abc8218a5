using MathNet.Numerics.LinearAlgebra;
using Orrery.Data.Datasets;
using Orrery.Environments.Process;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Tracking;

/// <summary>
/// Linear control: the regulator of the linear model that the same log identifies, for the same cost as the planners', around the steady
/// state that holds the set-point. The output's long-run bias shifts that steady state, so that it comes to rest at the set-point.
/// </summary>
public sealed class LinearQuadraticTracker : ITrackingController
{
    private readonly ProcessLoop _loop;
    private readonly LinearWorld _world;
    private readonly LongRunBias _bias;
    private readonly LinearQuadraticRegulator _regulator;
    private readonly Matrix<double> _steady;
    private readonly float[] _latent;

    /// <summary>Identifies a model and works out its regulator.</summary>
    /// <param name="equations">The process, for its loop only.</param>
    /// <param name="setup">What a change of the command costs.</param>
    /// <param name="log">What is identified from.</param>
    /// <param name="latentSize">The most latent dimensions.</param>
    /// <exception cref="Data.OrreryDataException">The log is too short to tell.</exception>
    public LinearQuadraticTracker(ProcessEquations equations, TrackingSetup setup, Dataset log, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(equations);
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(log);
        _loop = equations.Loop;
        _world = LinearWorld.Identify(log, setup.History, latentSize);
        _bias = new LongRunBias(_world, _world, _loop.Output, setup.BiasSteps);
        _latent = new float[_world.LatentSize];
        int states = _world.LatentSize;
        Matrix<double> transition = _world.Model.Transition.Transpose(), output = _world.Model.Output.Column(_loop.Output).ToRowMatrix();
        Matrix<double> command = _world.Model.Input.Row(_loop.Input).ToColumnMatrix();

        // The state and the command in force; what is decided on is the command's change.
        Matrix<double> one = Matrix<double>.Build.DenseIdentity(1);
        Matrix<double> a = transition.Append(command).Stack(Matrix<double>.Build.Dense(1, states).Append(one));
        Matrix<double> b = command.Stack(one);
        double errorScale = _world.Observation.Scale[_loop.Output] / ((_loop.SetPointHigh - _loop.SetPointLow) / 2);
        double changeScale = _world.Input.Scale[_loop.Input] / _loop.RateLimit;
        Matrix<double> read = output.Append(Matrix<double>.Build.Dense(1, 1)) * errorScale;
        _regulator = LinearQuadraticRegulator.Infinite(
            RowMajor(a), RowMajor(b), RowMajor(read.TransposeThisAndMultiply(read)), [(float)(setup.RateWeight * changeScale * changeScale)]);

        // x = A x + B u + d and C x = y, for x and u.
        _steady = (Matrix<double>.Build.DenseIdentity(states) - transition).Append(-command).Stack(output.Append(Matrix<double>.Build.Dense(1, 1))).PseudoInverse();
    }

    /// <inheritdoc/>
    public string Name => "linear quadratic regulator";

    /// <inheritdoc/>
    public void Begin(TrackingRows rows, double setPoint, ulong seed) => _bias.Reset();

    /// <inheritdoc/>
    public double Act(TrackingRows rows, double setPoint, ReadOnlySpan<float> state)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _world.Encode(rows, _latent);
        _bias.Update(_latent, rows);
        Vector<double> target = _steady * Held(rows, setPoint - _bias.Value);
        double inForce = Normalized(rows.Inputs[_loop.Input]);
        float[] away = new float[_latent.Length + 1];
        for (int index = 0; index < _latent.Length; index++)
            away[index] = (float)(_latent[index] - target[index]);
        away[^1] = (float)(inForce - target[_latent.Length]);
        float[] change = [0];
        _regulator.Act(0, away, change);
        double wanted = inForce + change[0];
        return (wanted * _world.Input.Scale[_loop.Input]) + _world.Input.Mean[_loop.Input];
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    /// <summary>What the disturbances add to the state at each step, and where the output shall rest; normalised.</summary>
    private Vector<double> Held(TrackingRows rows, double setPoint)
    {
        float[] inputs = new float[_world.ActionSize];
        _world.Input.Apply(rows.Inputs, inputs);
        inputs[_loop.Input] = 0;
        Vector<double> held = _world.Model.Input.LeftMultiply(Vector<double>.Build.Dense(inputs.Length, index => inputs[index]));
        double rest = (setPoint - _world.Observation.Mean[_loop.Output]) / _world.Observation.Scale[_loop.Output];
        return Vector<double>.Build.Dense(_latent.Length + 1, index => index < _latent.Length ? held[index] : rest);
    }

    private double Normalized(double command) => (command - _world.Input.Mean[_loop.Input]) / _world.Input.Scale[_loop.Input];

    private static float[] RowMajor(Matrix<double> matrix) => [.. matrix.ToRowMajorArray().Select(value => (float)value)];
}
