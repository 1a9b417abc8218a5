using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>What is attacked: something that takes commands, is measured, and can be predicted.</summary>
internal abstract class AttackedPlant : IDisposable
{
    public abstract string Name { get; }

    /// <summary>What is commanded; disturbances are not among it.</summary>
    public abstract VectorSpace Actions { get; }

    /// <summary>What interlocks may read.</summary>
    public abstract VectorSpace Measurements { get; }

    /// <summary>What <see cref="Model"/> starts from.</summary>
    public abstract VectorSpace State { get; }

    /// <summary>Predicts the plant as well as can be.</summary>
    public abstract ILatentDynamics Model { get; }

    public static AttackedPlant Create(string name) => name == TankPlant.TankName ? new TankPlant() : new EnvironmentPlant(name);

    public abstract void Reset(RandomStream random);

    public abstract void Step(ReadOnlySpan<float> command);

    public abstract void Measure(Span<float> measured);

    public abstract void ReadState(Span<float> state);

    public abstract void Dispose();
}

/// <summary>Two tanks in a few lines, cheap enough for most of the episodes.</summary>
internal sealed class TankPlant : AttackedPlant
{
    public const string TankName = "tanks";

    private float _upper;
    private float _lower;

    public override string Name => TankName;

    public override VectorSpace Actions { get; } = new("commands", [new Dimension("inflow", Low: 0, High: 5), new Dimension("drain", Low: 0, High: 5)]);

    public override VectorSpace Measurements { get; } = new("levels", [new Dimension("upper", Low: 0, High: 8), new Dimension("lower", Low: 0, High: 8)]);

    public override VectorSpace State => Measurements;

    public override ILatentDynamics Model { get; } = new TankWorld();

    public override void Reset(RandomStream random) => (_upper, _lower) = (random.NextFloat() * 6, random.NextFloat() * 6);

    public override void Step(ReadOnlySpan<float> command) => (_upper, _lower) = TankWorld.Next(_upper, _lower, command[0], command[1]);

    public override void Measure(Span<float> measured) => (measured[0], measured[1]) = (_upper, _lower);

    public override void ReadState(Span<float> state) => Measure(state);

    public override void Dispose()
    {
    }
}

/// <summary>An environment of the catalogue. Where it is seen as a picture, its position is what interlocks read.</summary>
internal sealed class EnvironmentPlant : AttackedPlant
{
    private readonly IEnvironment _environment;
    private readonly PerfectModel _simulator;
    private readonly float[] _inputs;
    private readonly int[] _commanded;
    private ulong _seed;

    public EnvironmentPlant(string name)
    {
        _environment = EnvironmentCatalogue.Create(name);
        _simulator = new PerfectModel(EnvironmentCatalogue.Create(name));
        IReadOnlyList<Dimension> inputs = _environment.Specification.Action.Dimensions;
        _inputs = new float[inputs.Count];
        _commanded = [.. Enumerable.Range(0, inputs.Count).Where(place => !inputs[place].IsDisturbance)];
        Actions = new VectorSpace("commands", [.. _commanded.Select(place => inputs[place])]);
        ForecastDynamics model = new(_simulator, _commanded);
        // The simulator has disturbances of its own and reads none; a forecast has to be stated all the same.
        model.Expect(new float[model.DisturbanceSize]);
        Model = model;
    }

    public override string Name => _environment.Specification.Name;

    public override VectorSpace Actions { get; }

    public override VectorSpace Measurements => _environment.Specification.Observation as VectorSpace ?? State;

    public override VectorSpace State => _environment.Specification.State;

    public override ILatentDynamics Model { get; }

    public override void Reset(RandomStream random)
    {
        _seed = random.NextULong();
        _environment.Reset(_seed);
    }

    /// <summary>An episode of the environment that ends is begun anew; the limits hold on.</summary>
    public override void Step(ReadOnlySpan<float> command)
    {
        for (int column = 0; column < command.Length; column++)
            _inputs[_commanded[column]] = command[column];
        StepResult result = _environment.Step(_inputs);
        if (result.Terminated || result.Truncated)
            _environment.Reset(++_seed);
    }

    public override void Measure(Span<float> measured)
    {
        if (_environment.Specification.Observation is VectorSpace)
            _environment.Observe(measured);
        else
            _environment.ReadState(measured);
    }

    public override void ReadState(Span<float> state) => _environment.ReadState(state);

    public override void Dispose()
    {
        _environment.Dispose();
        _simulator.Dispose();
    }
}
