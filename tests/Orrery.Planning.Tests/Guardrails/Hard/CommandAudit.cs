using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Planning.Tests.Guardrails.Hard;

/// <summary>Checks a whole history of commands against hard limits by their definitions, sharing no code with what keeps them.</summary>
internal sealed class CommandAudit(HardLimitSet limits)
{
    private readonly List<float[]> _commands = [];
    private readonly List<float[]> _observations = [];

    /// <summary>Adds a command and names the limits that it breaks.</summary>
    public List<string> Add(float[] command, float[] observation)
    {
        _commands.Add([.. command]);
        _observations.Add([.. observation]);
        return [.. limits.Limits.Where(limit => !Keeps(limit)).Select(limit => limit.Text)];
    }

    private bool Keeps(HardLimit limit)
    {
        var now = _commands.Count - 1;
        var command = _commands[now];
        switch (limit)
        {
            case BoxLimit box:
                return command[box.Range.Column] >= box.Range.Low && command[box.Range.Column] <= box.Range.High;
            case RateLimit rate:
                return now == 0 || (rate.YieldsToInterlocks && IsForced(rate.Column, now))
                    || (command[rate.Column] >= _commands[now - 1][rate.Column] - rate.Most && command[rate.Column] <= _commands[now - 1][rate.Column] + rate.Most);
            case DwellLimit dwell:
                return now == 0 || command[dwell.Column] == _commands[now - 1][dwell.Column] || (dwell.YieldsToInterlocks && IsForced(dwell.Column, now))
                    || StepsAtLastValue(dwell.Column, now) >= dwell.Steps;
            case RegionLimit region:
                return region.Sides.Any(side => !(command[side.Column] > side.Low && command[side.Column] < side.High));
            case InterlockLimit interlock:
                return !interlock.IsActive(_observations[now])
                    || (command[interlock.Target.Column] >= interlock.Target.Low && command[interlock.Target.Column] <= interlock.Target.High)
                    || IsOverruled(interlock, now);
            case BudgetLimit budget when !budget.YieldsToInterlocks:
                double total = 0;
                for (var step = Math.Max(0, now - budget.Window + 1); step <= now; step++)
                    total += budget.OfSizes ? Math.Abs(_commands[step][budget.Column]) : _commands[step][budget.Column];
                return total <= budget.Most;
            default:
                return true;
        }
    }

    private bool IsForced(int column, int step) =>
        limits.Limits.OfType<InterlockLimit>().Any(interlock => interlock.Target.Column == column && interlock.IsActive(_observations[step]));

    // An unreadable measurement can make two interlocks active that never are otherwise; the first declared counts.
    private bool IsOverruled(InterlockLimit interlock, int step) => limits.Limits.OfType<InterlockLimit>().TakeWhile(other => other != interlock)
        .Any(other => other.Target.Column == interlock.Target.Column && other.IsActive(_observations[step]) && !other.Target.Meets(interlock.Target));

    private int StepsAtLastValue(int column, int now)
    {
        var steps = 1;
        while (now - 1 - steps >= 0 && _commands[now - 1 - steps][column] == _commands[now - 1][column])
            steps++;
        return now - 1 - steps < 0 ? int.MaxValue : steps;
    }
}
