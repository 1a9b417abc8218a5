using System.Text.RegularExpressions;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Models.Recipes;
using Orrery.Planning.Constraints;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Planning.Guardrails;

/// <summary>Guardrails as a recipe declares them, made ready for the columns of one model.</summary>
public sealed class DeclaredGuardrails
{
    private readonly GuardrailRecipe _recipe;
    private readonly float[] _safe;

    /// <summary>Reads a declaration and checks that all of it can be kept.</summary>
    /// <param name="recipe">The declaration; null for none.</param>
    /// <param name="actions">The names of the action's columns.</param>
    /// <param name="observations">The names of the observation's columns; empty for pictures.</param>
    /// <param name="low">[A], where the search may look at least where no range is declared, such as the smallest recorded value.</param>
    /// <param name="high">[A], the same from above.</param>
    /// <param name="furtherHard">Limits on commands beside the declared ones, which they cannot loosen.</param>
    /// <param name="furtherPredicted">Limits on predictions beside the declared ones.</param>
    /// <exception cref="OrreryDataException">A limit cannot be read, names no column, contradicts another, or would make a declared one yield.</exception>
    public DeclaredGuardrails(
        GuardrailRecipe? recipe, IReadOnlyList<string> actions, IReadOnlyList<string> observations, ReadOnlySpan<float> low, ReadOnlySpan<float> high,
        IReadOnlyList<string>? furtherHard = null, IReadOnlyList<string>? furtherPredicted = null)
    {
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(observations);
        _recipe = recipe ?? new GuardrailRecipe();
        Hard = new HardLimitSet(_recipe.Hard ?? [], actions, observations).Tightened(furtherHard ?? []);
        Predicted = [.. (_recipe.Predicted ?? []).Concat(furtherPredicted ?? []).Select(text => LimitExpression.Parse(text, (IReadOnlyCollection<string>)observations))];
        SearchLimits = Limits(low, high);
        _safe = SafeValue(actions);
        Fallback = _recipe.Fallback == "safe" ? new SafeValueFallback(_safe) : new HoldLastFallback(_safe);
    }

    /// <summary>
    /// A declaration for the columns of a dataset that are commanded. The search looks at least over the commands that were recorded, of an
    /// environment over all that it takes.
    /// </summary>
    /// <param name="recipe">The declaration; null for none.</param>
    /// <param name="dataset">What a model is trained on.</param>
    /// <param name="furtherHard">Limits on commands beside the declared ones, which they cannot loosen.</param>
    /// <param name="furtherPredicted">Limits on predictions beside the declared ones.</param>
    /// <exception cref="OrreryDataException">
    /// A limit cannot be read, names no column or a disturbance, contradicts another, or would make a declared one yield; or nothing is commanded.
    /// </exception>
    public static DeclaredGuardrails For(
        GuardrailRecipe? recipe, Dataset dataset, IReadOnlyList<string>? furtherHard = null, IReadOnlyList<string>? furtherPredicted = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        IReadOnlyList<Dimension> inputs = dataset.Spaces.Action.Dimensions;
        int[] commanded = [.. Enumerable.Range(0, inputs.Count).Where(place => !inputs[place].IsDisturbance)];
        string[] actions = [.. commanded.Select(place => inputs[place].Name)];
        IReadOnlyList<string> observations = dataset.Spaces.Observation is VectorSpace vector ? [.. vector.Dimensions.Select(dimension => dimension.Name)] : [];
        float[] low = [.. commanded.Select(place => (float)(dataset.HasPictures ? inputs[place].Low : dataset.Statistics.Action.Minimum[place]))];
        float[] high = [.. commanded.Select(place => (float)(dataset.HasPictures ? inputs[place].High : dataset.Statistics.Action.Maximum[place]))];
        if (actions.Length == 0)
            throw new OrreryDataException("No column is commanded: all inputs are disturbances, so there is nothing to plan and no limit to keep. Import with --actions.");
        try
        {
            return new DeclaredGuardrails(recipe, actions, observations, low, high, furtherHard, furtherPredicted);
        }
        catch (OrreryDataException problem) when (Disturbance(
            (recipe?.Hard ?? []).Concat(recipe?.Predicted ?? []).Concat(furtherHard ?? []).Concat(furtherPredicted ?? []), actions.Concat(observations), inputs) is { } found)
        {
            throw new OrreryDataException(
                $"Limit '{found.Limit}': '{found.Name}' is a disturbance: it is measured, but nobody commands it, so no limit can be kept on it. "
                + $"The commanded columns are {string.Join(", ", actions)}.", problem);
        }
    }

    /// <summary>Limits on commands.</summary>
    public HardLimitSet Hard { get; }

    /// <summary>Limits on predictions.</summary>
    public IReadOnlyList<LimitExpression> Predicted { get; }

    /// <summary>Largest chance that a plan which is said to keep a predicted limit breaks it.</summary>
    public decimal Alpha => _recipe.Alpha;

    /// <summary>Ranges and rates for the search; what else is declared has the last word on what it finds.</summary>
    public ActionLimits SearchLimits { get; }

    /// <summary>What acts when no plan may.</summary>
    public IFallback Fallback { get; }

    /// <summary>How long a decision may take; null for as long as it takes.</summary>
    public TimeSpan? Deadline => _recipe.DeadlineMilliseconds > 0 ? TimeSpan.FromMilliseconds(_recipe.DeadlineMilliseconds) : null;

    /// <summary>A guardrail that keeps the limits on commands, beginning anew.</summary>
    /// <param name="past">What was commanded before; null for nothing that is known.</param>
    /// <exception cref="OrreryDataException">After that past the limits cannot all be kept.</exception>
    public HardLimitGuardrail Guard(CommandPast? past = null) => new(Hard, _safe, past);

    /// <summary>A guardrail that begins where a command is in force.</summary>
    /// <param name="inForce">[A].</param>
    /// <param name="isKept">Whether the limits allow that command; where not, such as when they are newly stated, nothing counts as known of what went before.</param>
    public HardLimitGuardrail Guard(ReadOnlySpan<float> inForce, out bool isKept)
    {
        var guard = Guard();
        try
        {
            guard.Reset(inForce);
            isKept = true;
        }
        catch (OrreryDataException)
        {
            guard.Reset([]);
            isKept = false;
        }

        return guard;
    }

    /// <summary>Whether something is declared for where training never was; it needs the run's data to be made ready.</summary>
    public bool DoubtsTheUnfamiliar => _recipe.Unfamiliar is not null;

    /// <summary>A guardrail for where training never was.</summary>
    /// <param name="familiar">What training covered; null is refused where something is declared, so that no guardrail is silently missing.</param>
    /// <returns>The guardrail; null where nothing is declared.</returns>
    /// <exception cref="ArgumentException">It is declared, but what is familiar is not given.</exception>
    public UnfamiliarityGuardrail? Doubt(FamiliarSituations? familiar)
    {
        if (_recipe.Unfamiliar is not { } declared)
            return null;
        if (familiar is null)
            throw new ArgumentException("DeclaredGuardrails.Doubt: the recipe declares guardrails.unfamiliar, but nothing says what is familiar; make it ready from the run's data.", nameof(familiar));
        return new UnfamiliarityGuardrail(familiar, SearchLimits.ActionSize, Response(declared.Response), declared.Patience, Response(declared.Then));
    }

    /// <summary>
    /// All that is asked of every command, in its order: whether a plan can be trusted here, then the hard limits, which have the last word. Each
    /// controller needs a chain of its own, since its members remember.
    /// </summary>
    /// <param name="familiar">What training covered; null is refused where something is declared for elsewhere.</param>
    /// <param name="past">What was commanded before; null for nothing that is known.</param>
    /// <exception cref="ArgumentException">It is declared, but what is familiar is not given.</exception>
    /// <exception cref="OrreryDataException">After that past the limits cannot all be kept.</exception>
    public IReadOnlyList<IGuardrail> Chain(FamiliarSituations? familiar, CommandPast? past = null) =>
        Doubt(familiar) is { } doubt ? [doubt, Guard(past)] : [Guard(past)];

    /// <summary>What is declared, a line each, for people.</summary>
    public IReadOnlyList<(string Kind, string Text)> Describe() =>
    [
        .. Hard.Limits.Select(limit => (KindOf(limit), limit.Text)),
        .. Predicted.Select(limit => ("predicted", $"{limit} with a chance of at most {Alpha} to be broken on the horizon")),
        .. (_recipe.Unfamiliar is { } unfamiliar
            ? (IEnumerable<(string, string)>)[("unfamiliarity", $"{unfamiliar.Response} where training never was{Patience(unfamiliar)}; a share of {unfamiliar.Share} of familiar situations may be taken for that")]
            : []),
        ("fallback", Fallback.Name),
        ("deadline", Deadline is { } deadline ? $"{deadline.TotalMilliseconds:0.###} ms" : "none"),
    ];

    /// <summary>The first limit that mentions a disturbance, for a sentence about a declaration that could not be read.</summary>
    private static (string Limit, string Name)? Disturbance(IEnumerable<string> limits, IEnumerable<string> known, IReadOnlyList<Dimension> inputs)
    {
        foreach (string limit in limits)
        {
            // Longer names first, so that 'flow' is not found within 'flow in'.
            string rest = limit;
            foreach (string name in inputs.Select(input => input.Name).Concat(known).Distinct().OrderByDescending(name => name.Length))
            {
                if (!Regex.IsMatch(rest, $@"(?<!\w){Regex.Escape(name)}(?!\w)"))
                    continue;
                if (!known.Contains(name))
                    return (limit, name);
                rest = rest.Replace(name, " ", StringComparison.Ordinal);
            }
        }

        return null;
    }

    private static string Patience(UnfamiliarityRecipe declared) => declared.Patience switch
    {
        0 => "",
        1 => $", for 1 step, then {declared.Then}",
        int steps => $", for {steps} steps in a row, then {declared.Then}",
    };

    private static UnfamiliarResponse Response(string name) => name switch
    {
        "hold" => UnfamiliarResponse.Hold,
        "slow" => UnfamiliarResponse.Slow,
        _ => UnfamiliarResponse.Fallback,
    };

    private static string KindOf(HardLimit limit) => limit switch
    {
        BoxLimit => "range",
        RateLimit => "rate",
        DwellLimit => "dwell time",
        BudgetLimit => "budget",
        RegionLimit => "forbidden region",
        _ => "interlock",
    };

    private ActionLimits Limits(ReadOnlySpan<float> low, ReadOnlySpan<float> high)
    {
        float[] lowest = low.ToArray(), highest = high.ToArray(), rates = new float[low.Length];
        for (int column = 0; column < lowest.Length; column++)
        {
            ColumnRange box = Hard.Box(column);
            // A declared bound counts; where only one is, the other side gives way to it.
            lowest[column] = double.IsFinite(box.Low) ? (float)box.Low : Math.Min(lowest[column], (float)box.High);
            highest[column] = double.IsFinite(box.High) ? (float)box.High : Math.Max(highest[column], (float)box.Low);
            rates[column] = Hard.Rate(column) is { Most: > 0 } rate ? rate.Most : float.MaxValue;
        }

        return new ActionLimits(lowest, highest, rateLimit: Array.TrueForAll(rates, rate => rate == float.MaxValue) ? [] : rates);
    }

    private float[] SafeValue(IReadOnlyList<string> actions)
    {
        IReadOnlyDictionary<string, double> named = _recipe.SafeValue ?? new Dictionary<string, double>();
        foreach (string name in named.Keys)
        {
            if (!actions.Contains(name))
                throw new OrreryDataException($"Guardrails: safeValue names '{name}'; the columns of the action are {string.Join(", ", actions)}.{NearestName.Suggest(name, actions)}");
        }

        float[] safe = [.. actions.Select(name => named.TryGetValue(name, out double value) ? (float)value : 0)];
        for (int column = 0; column < safe.Length; column++)
        {
            if (!named.ContainsKey(actions[column]))
                safe[column] = Math.Clamp(safe[column], SearchLimits.Low[column], SearchLimits.High[column]);
        }

        return safe;
    }
}
