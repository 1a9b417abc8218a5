namespace Orrery.Server.Tests;

/// <summary>
/// Judges commands against <see cref="ServedPlant.Declared"/> by arithmetic alone, knowing nothing of the guardrail: what is written in these limits,
/// written out again.
/// </summary>
internal sealed class LimitJudge(float valve, float pump)
{
    private const int Dwell = 3;
    private const int Window = 12;

    private readonly List<(float Valve, float Pump)> _commands = [];
    private readonly List<float?> _levels = [];

    /// <summary>Adds a command and says what it breaks; null for nothing.</summary>
    public string? Add(float valveCommand, float pumpCommand, float? level)
    {
        _commands.Add((valveCommand, pumpCommand));
        _levels.Add(level);
        return Judge();
    }

    /// <summary>What was executed in place of the last command.</summary>
    public string? Correct(float valveApplied, float pumpApplied)
    {
        _commands[^1] = (valveApplied, pumpApplied);
        return Judge();
    }

    private string? Judge()
    {
        int now = _commands.Count - 1;
        (float valveNow, float pumpNow) = _commands[now];
        (float valveBefore, float pumpBefore) = now > 0 ? _commands[now - 1] : (valve, pump);
        bool isForced = _levels[now] is not { } level || level >= 6;
        if (!(valveNow >= 0 && valveNow <= 10 && pumpNow >= 0 && pumpNow <= 4))
            return $"range: valve {valveNow}, pump {pumpNow}";
        if (isForced && valveNow != 0)
            return $"interlock: valve {valveNow} at level {_levels[now]}";
        if (!isForced && !(valveNow >= valveBefore - 2f && valveNow <= valveBefore + 2f))
            return $"rate: valve {valveBefore} to {valveNow}";
        if (valveNow > 7 && pumpNow > 3)
            return $"region: valve {valveNow}, pump {pumpNow}";
        if (_commands.TakeLast(Window).Sum(command => (double)command.Pump) > 30)
            return "budget of the pump";
        if (pumpNow == pumpBefore)
            return null;
        int held = 0;
        while (held < now && _commands[now - 1 - held].Pump == pumpBefore)
            held++;
        // What was in force before the first command had been so for long.
        return held >= Dwell || (held == now && pumpBefore == pump) ? null : $"dwell time: pump {pumpBefore} to {pumpNow} after {held} steps";
    }
}
