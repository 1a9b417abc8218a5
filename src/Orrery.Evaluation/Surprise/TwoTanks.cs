using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Surprise;

/// <summary>
/// Two tanks above each other, for long records of normal operation and for faults that are known to the row. Water is pumped into the
/// upper one, drains into the lower one and from there away: dh1 = k u - a sqrt(h1), dh2 = a sqrt(h1) - b sqrt(h2), one step per second,
/// with a little noise in the flows and in both level sensors. The pump's voltage moves to a new set-point every 20 to 80 s.
/// </summary>
public sealed class TwoTanks
{
    /// <summary>Standard deviation of the sensors' noise, cm.</summary>
    public const double SensorNoise = 0.05;

    private const double PumpGain = 0.12;
    private const double UpperOutlet = 0.18;
    private const double LowerOutlet = 0.2;
    private const double FlowNoise = 0.01;
    private const double Smoothing = 0.3;

    private readonly RandomStream _random;
    private double _upper = 4;
    private double _lower = 4;
    private double _setPoint = 3;
    private double _voltage = 3;
    private int _remaining;
    private TankFault? _fault;
    private int _sinceFault;
    private readonly float[] _frozen = new float[2];

    /// <summary>Begins a record and lets the levels settle.</summary>
    /// <param name="random">Where set-points and noise come from.</param>
    public TwoTanks(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
        Span<float> observation = stackalloc float[2], action = stackalloc float[1];
        for (int row = 0; row < 400; row++)
            Next(observation, action);
    }

    /// <summary>From the next row on, this goes wrong.</summary>
    public void Break(TankFault fault) => (_fault, _sinceFault) = (fault, 0);

    /// <summary>The next row.</summary>
    /// <param name="observation">Receives the levels of the upper and the lower tank, cm.</param>
    /// <param name="action">Receives the commanded voltage.</param>
    public void Next(Span<float> observation, Span<float> action)
    {
        if (_remaining-- <= 0)
        {
            _setPoint = 1.5 + (3.5 * _random.NextDouble());
            _remaining = 20 + _random.NextInt(61);
        }

        _voltage += Smoothing * (_setPoint - _voltage);
        double size = _fault?.Size ?? 0, pump = _fault?.Kind == TankFaultKind.PumpLoss ? 1 - size : 1, leak = _fault?.Kind == TankFaultKind.Leak ? size : 0;
        double between = UpperOutlet * Math.Sqrt(_upper);
        _upper = Math.Max(0.01, _upper + (PumpGain * pump * _voltage) - between - (leak * Math.Sqrt(_upper)) + (FlowNoise * _random.NextNormal()));
        _lower = Math.Max(0.01, _lower + between - (LowerOutlet * Math.Sqrt(_lower)) + (FlowNoise * _random.NextNormal()));
        observation[0] = (float)(_upper + (SensorNoise * _random.NextNormal()));
        observation[1] = (float)(_lower + (SensorNoise * _random.NextNormal()));
        action[0] = (float)_voltage;
        if (_fault is { } fault)
            Sense(fault, observation);
        observation.CopyTo(_frozen);
    }

    private void Sense(TankFault fault, Span<float> observation)
    {
        double noise = fault.Size * SensorNoise;
        switch (fault.Kind)
        {
            case TankFaultKind.Bias: observation[1] += (float)noise; break;
            case TankFaultKind.Drift: observation[1] += (float)(noise * _sinceFault / 100); break;
            case TankFaultKind.Freeze: observation[1] = _frozen[1]; break;
            case TankFaultKind.Spike: observation[1] += _sinceFault == 0 ? (float)noise : 0; break;
            default: break;
        }

        _sinceFault++;
    }
}

/// <summary>What goes wrong.</summary>
public enum TankFaultKind
{
    /// <summary>The lower sensor reads too much; size in standard deviations of its noise.</summary>
    Bias,

    /// <summary>The lower sensor drifts; size in standard deviations of its noise per 100 rows.</summary>
    Drift,

    /// <summary>The lower sensor stands still.</summary>
    Freeze,

    /// <summary>The lower sensor is off in one row; size in standard deviations of its noise.</summary>
    Spike,

    /// <summary>The pump delivers less than commanded; size is the share lost.</summary>
    PumpLoss,

    /// <summary>The upper tank leaks; size is the leak's outlet, where the proper one is 0.18.</summary>
    Leak,
}

/// <summary>A fault.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Size">How much.</param>
public readonly record struct TankFault(TankFaultKind Kind, double Size);
