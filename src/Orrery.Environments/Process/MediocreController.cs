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

    private readonly ProcessLoop _loop;
    private readonly ProportionalIntegral _control;
    private readonly RandomStream _random;
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
        _control = new ProportionalIntegral(equations, _loop.Gain, _loop.IntegralSteps);
        _random = random;
        _command = equations.Inputs[_loop.Input].Nominal;
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

        return _command = _control.Act(SetPoint - output, _command, _dither);
    }

    private double Between(double low, double high) => low + ((high - low) * _random.NextDouble());
}
