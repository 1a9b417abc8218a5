using System.Globalization;
using Orrery.Data;
using Orrery.Evaluation.Statistics;
using Orrery.Planning;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>What came of one kind of attack in one environment.</summary>
/// <param name="Environment">Where.</param>
/// <param name="Kind">What was tried.</param>
/// <param name="Episodes">Episodes, each with limits of its own.</param>
/// <param name="Commands">Commands that were executed.</param>
/// <param name="Narrowed">Commands that the limits had narrowed.</param>
/// <param name="FellBack">Commands of the fallback.</param>
/// <param name="Violations">Commands that broke a hard limit, by a checker of its own.</param>
/// <param name="First">The first of them, in words; empty when there is none.</param>
public sealed record AttackResult(
    string Environment, AttackKind Kind, int Episodes, long Commands, long Narrowed, long FellBack, long Violations, string First)
{
    /// <summary>95 % Wilson interval of the share of commands that break a limit.</summary>
    public WilsonInterval Interval => WilsonInterval.Of((int)Violations, (int)Commands);
}

/// <summary>
/// Proof by attack: thousands of episodes, each with another set of hard limits, in which planner, model, goals, costs and
/// measurements are turned against them, in every process and in Two Rooms. Counts what a checker that shares no code with the guardrail
/// finds broken.
/// </summary>
public static class GuardrailAttack
{
    private const int StepsPerEpisode = 40;

    // The two tanks are the cheapest by far, and have two commands; the reactor's equations are stiff.
    private const int ShareOfTanks = 4;

    /// <summary>What can be attacked: two tanks that are cheap, the catalogue's processes, and Two Rooms.</summary>
    public static IReadOnlyList<string> Environments { get; } = [TankPlant.TankName, .. SafetyCostStudy.Environments];

    /// <summary>Attacks.</summary>
    /// <param name="episodes">Episodes over all environments and kinds of attack, shared out so that cheap environments get more.</param>
    /// <param name="seed">Decides all that is drawn.</param>
    /// <param name="environments">Some of <see cref="Environments"/>; null or empty for all.</param>
    /// <param name="progress">Is told the number of episodes done.</param>
    /// <param name="cancellation">Stops between two episodes.</param>
    /// <returns>One result per environment and kind.</returns>
    /// <exception cref="OrreryDataException">There is no environment of that name.</exception>
    public static IReadOnlyList<AttackResult> Run(
        int episodes, ulong seed, IReadOnlyList<string>? environments = null, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        string[] names = environments is { Count: > 0 } ? [.. environments.Distinct()] : [.. Environments];
        foreach (string name in names.Except(Environments))
            throw new OrreryDataException($"There is no environment '{name}' to attack.{NearestName.Suggest(name, Environments)} These exist: {string.Join(", ", Environments)}.");
        int parts = names.Sum(Share), before = 0, done = 0;
        List<AttackResult> results = [];
        using CpuBackend backend = new(1);
        foreach (string name in names)
        {
            int from = (int)((long)episodes * before / parts), to = (int)((long)episodes * (before + Share(name)) / parts);
            before += Share(name);
            using AttackedPlant plant = AttackedPlant.Create(name);
            results.AddRange(Run(plant, to - from, seed, backend, () => progress?.Report(++done), cancellation));
        }

        return results;
    }

    private static int Share(string environment) => environment == TankPlant.TankName ? ShareOfTanks : 1;

    private static AttackResult[] Run(AttackedPlant plant, int episodes, ulong seed, CpuBackend backend, Action tell, CancellationToken cancellation)
    {
        AttackKind[] kinds = Enum.GetValues<AttackKind>();
        AttackResult[] results = [.. kinds.Select(kind => new AttackResult(plant.Name, kind, 0, 0, 0, 0, 0, ""))];
        RandomStream random = new(seed, $"attack/{plant.Name}");
        for (int episode = 0; episode < episodes; episode++)
        {
            cancellation.ThrowIfCancellationRequested();
            int index = episode % kinds.Length;
            results[index] = Attack(results[index], plant, backend, random.At((ulong)episode));
            tell();
        }

        return results;
    }

    private static AttackResult Attack(AttackResult so, AttackedPlant plant, CpuBackend backend, RandomStream random)
    {
        (HardLimitSet limits, float[] start) = RandomLimits.Draw(plant, random);
        CommandChecker checker = new(limits);
        HardLimitGuardrail guard = new(limits, start);
        plant.Reset(random);
        using Attacker attacker = new(so.Kind, plant, guard, start, backend, random);
        float[] command = new float[plant.Actions.Size];
        long narrowed = 0, fellBack = 0, violations = 0;
        string first = so.First;
        for (int step = 0; step < StepsPerEpisode; step++)
        {
            (float[] measured, float[] state) = attacker.Look();
            DecisionSource source = attacker.Command(measured, state, command);
            narrowed += source == DecisionSource.Guardrail ? 1 : 0;
            fellBack += source is DecisionSource.Fallback or DecisionSource.Stopped ? 1 : 0;
            IReadOnlyList<string> broken = checker.Add(command, measured);
            if (broken.Count > 0)
            {
                violations++;
                if (first.Length == 0)
                    first = string.Create(CultureInfo.InvariantCulture, $"step {step} of an episode with {string.Join("; ", limits.Limits)}: ({string.Join(", ", command)}) breaks {string.Join(" and ", broken)}");
            }

            plant.Step(command);
        }

        return so with
        {
            Episodes = so.Episodes + 1,
            Commands = so.Commands + StepsPerEpisode,
            Narrowed = so.Narrowed + narrowed,
            FellBack = so.FellBack + fellBack,
            Violations = so.Violations + violations,
            First = first,
        };
    }
}
