using Orrery.Data.Spaces;

namespace Orrery.Environments.Process;

/// <summary>A quantity that the process remembers.</summary>
/// <param name="Dimension">Name, unit and range.</param>
/// <param name="Nominal">Its value at the nominal operating point.</param>
/// <param name="Spread">Standard deviation of its start around that, in the dimension's unit.</param>
public sealed record ProcessState(Dimension Dimension, double Nominal, double Spread);

/// <summary>A quantity that drives the process: a command, or a disturbance where the dimension says so.</summary>
/// <param name="Dimension">Name, unit and range; a command outside the range is cut off at it, as a valve does.</param>
/// <param name="Nominal">Its value at the nominal operating point.</param>
public sealed record ProcessInput(Dimension Dimension, double Nominal);

/// <summary>A quantity that is measured.</summary>
/// <param name="Dimension">Name, unit and range; a sensor shows nothing outside the range.</param>
/// <param name="Noise">Standard deviation of the measurement's noise, in the dimension's unit.</param>
public sealed record ProcessOutput(Dimension Dimension, double Noise);

/// <summary>The loop that the process is run with: which input holds which output, and how it is run while a log is recorded.</summary>
/// <param name="Output">Column of the output.</param>
/// <param name="Input">Column of the input.</param>
/// <param name="SetPointLow">Lowest set-point that the process is run at, in the output's unit.</param>
/// <param name="SetPointHigh">Highest set-point, in the output's unit.</param>
/// <param name="RateLimit">Largest change of the input from one step to the next, in the input's unit.</param>
/// <param name="ShortestHold">Fewest steps between two changes of the set-point.</param>
/// <param name="LongestHold">Most steps between two changes of the set-point.</param>
/// <param name="Gain">Proportional gain of a mediocre controller, input per output; negative where more input lowers the output.</param>
/// <param name="IntegralSteps">Its integral time, in steps.</param>
/// <param name="Dither">Largest offset that is added to its command so that the log tells causes from effects, in the input's unit.</param>
public sealed record ProcessLoop(
    int Output,
    int Input,
    double SetPointLow,
    double SetPointHigh,
    double RateLimit,
    int ShortestHold,
    int LongestHold,
    double Gain,
    double IntegralSteps,
    double Dither);
