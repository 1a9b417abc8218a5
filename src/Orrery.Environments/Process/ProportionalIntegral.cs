namespace Orrery.Environments.Process;

/// <summary>
/// The loop that runs most of the world's plants: u = nominal + gain error + integral, within range and rate limit. The integral waits
/// while the command is held back, or it would have to be unwound.
/// </summary>
/// <param name="equations">What it runs.</param>
/// <param name="gain">Input per output; negative where more input lowers the output.</param>
/// <param name="integralSteps">Steps after which a constant error has doubled the proportional part; positive.</param>
public sealed class ProportionalIntegral(ProcessEquations equations, double gain, double integralSteps)
{
    private readonly ProcessLoop _loop = equations.Loop;
    private readonly ProcessInput _input = equations.Inputs[equations.Loop.Input];
    private double _integral;

    /// <summary>Begins so that the first command goes on from the one in force.</summary>
    /// <param name="command">The command in force.</param>
    /// <param name="error">Set-point less output.</param>
    public void Begin(double command, double error) => _integral = command - _input.Nominal - (gain * error);

    /// <summary>Decides on the next command.</summary>
    /// <param name="error">Set-point less output, in the output's unit.</param>
    /// <param name="before">The command in force.</param>
    /// <param name="offset">Added to what the loop asks for, such as a dither.</param>
    /// <returns>The command, within its range and rate limit.</returns>
    public double Act(double error, double before, double offset = 0)
    {
        var wanted = _input.Nominal + (gain * error) + _integral;
        if (wanted > _input.Dimension.Low && wanted < _input.Dimension.High)
            _integral += gain / integralSteps * error;
        var reached = Math.Clamp(wanted + offset, before - _loop.RateLimit, before + _loop.RateLimit);
        return Math.Clamp(reached, _input.Dimension.Low, _input.Dimension.High);
    }
}
