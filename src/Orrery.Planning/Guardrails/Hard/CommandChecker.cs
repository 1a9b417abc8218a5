namespace Orrery.Planning.Guardrails.Hard;

/// <summary>
/// Checks a history of commands against hard limits by their definitions, sharing no code with <see cref="HardLimitGuardrail"/>: for
/// proofs by attack, and for records of a plant. Budgets that yield to interlocks are not judged: what they leave out depends on when
/// the way back from an interlock was over. It keeps all that came, so its time grows with the longest window and dwell time.
/// </summary>
/// <param name="limits">What is checked.</param>
public sealed class CommandChecker(HardLimitSet limits)
{
    private readonly List<float[]> _commands = [];
    private readonly List<float[]> _observations = [];

    /// <summary>Adds a command and names the limits that it breaks.</summary>
    /// <param name="command">[A] in physical units.</param>
    /// <param name="observation">[O], what was measured when it was decided on.</param>
    /// <returns>The broken limits, as declared; none when all hold.</returns>
    public IReadOnlyList<string> Add(ReadOnlySpan<float> command, ReadOnlySpan<float> observation)
    {
        _commands.Add(command.ToArray());
        _observations.Add(observation.ToArray());
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
