using Orrery.Tensors.Random;

namespace Orrery.Environments.Process;

/// <summary>
/// How a plant is often run: a detuned proportional-integral loop with set-points that change now and then, and a dither on its command so
/// that the log tells causes from effects. Its logs cover the range without ever showing how it is done well.
/// </summary>
public sealed class MediocreController
{
    private const int ShortestDither = 2;
    private const int LongestDither = 12;

    private readonly ControlLoop _loop;
    private readonly double _low;
    private readonly double _high;
    private readonly RandomStream _random;
    private readonly double _nominal;
    private double _integral;
    private double _command;
    private double _dither;
    private int _setPointSteps;
    private int _ditherSteps;

    /// <summary>Begins with the nominal command in force.</summary>
    /// <param name="equations">What it runs.</param>
    /// <param name="random">Where set-points and dither come from.</param>
    public MediocreController(ProcessEquations equations, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(equations);
        ArgumentNullException.ThrowIfNull(random);
        _loop = equations.Loop;
        _random = random;
        var input = equations.Inputs[_loop.Input];
        (_low, _high, _nominal, _command) = (input.Dimension.Low, input.Dimension.High, input.Nominal, input.Nominal);
    }

    /// <summary>Where the output should be now, in its unit.</summary>
    public double SetPoint { get; private set; }

    /// <summary>Decides on the next command.</summary>
    /// <param name="output">The loop's output as measured, in its unit.</param>
    /// <returns>The command, within its range and rate limit.</returns>
    public double Act(double output)
    {
        if (_setPointSteps-- <= 0)
        {
            SetPoint = Between(_loop.SetPointLow, _loop.SetPointHigh);
            _setPointSteps = _loop.ShortestHold + _random.NextInt(_loop.LongestHold - _loop.ShortestHold + 1);
        }

        if (_ditherSteps-- <= 0)
        {
            _dither = Between(-_loop.Dither, _loop.Dither);
            _ditherSteps = ShortestDither + _random.NextInt(LongestDither - ShortestDither + 1);
        }

        var error = SetPoint - output;
        var wanted = _nominal + (_loop.Gain * error) + _integral;

        // The integral waits while the command is at the end of its range, or it would have to be unwound.
        if (wanted > _low && wanted < _high)
            _integral += _loop.Gain / _loop.IntegralSteps * error;
        var reached = Math.Clamp(wanted + _dither, _command - _loop.RateLimit, _command + _loop.RateLimit);
        return _command = Math.Clamp(reached, _low, _high);
    }

    private double Between(double low, double high) => low + ((high - low) * _random.NextDouble());
}
