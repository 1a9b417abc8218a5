using System.Text.Json;
using Orrery.Data;
using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Planning.Audit;

/// <summary>Builds costs, constraints and guardrails from what a log declares of them. Derive from it to replay decisions with parts of your own.</summary>
/// <param name="familiar">
/// What the run's training covered, made ready from its data again; null where no decision depends on it. It is asked when the first declaration
/// needs it.
/// </param>
public class AuditParts(Func<FamiliarSituations?>? familiar = null)
{
    private FamiliarSituations? _familiar;

    /// <summary>Builds a cost.</summary>
    /// <param name="declaration">As its <see cref="IDeclared.Declare"/> wrote it, with name and weight.</param>
    /// <param name="model">What is replayed with.</param>
    /// <exception cref="OrreryDataException">It is of a kind that is not known here.</exception>
    public virtual ICost Cost(JsonElement declaration, ReplayModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var weight = declaration.Need("weight").Double();
        return declaration.Text("kind") switch
        {
            "latent-goal" => new LatentGoalCost(
                declaration.Need("goal").Floats(), Named<GoalForm>(declaration, "form"), declaration.Need("meanWeight").Double(),
                Named<LatentDistance>(declaration, "distance"), weight),
            "set-point" => new SetPointCost(Readout(declaration, model), [.. declaration.Need("points").EnumerateArray().Select(point => new SetPoint(
                point.Text("name"), point.Need("column").GetInt32(), point.Need("target").GetDouble(), point.Need("scale").GetDouble()))], weight),
            "effort" => new ActionEffortCost(declaration.Need("scale").Floats(), weight, declaration.Need("rest").Floats()),
            "rate" => new ActionRateCost(
                declaration.Need("scale").Floats(), weight, declaration.TryGetProperty("columnWeights", out var columns) ? columns.Floats() : []),
            "reference" => new ReferenceCost(
                Readout(declaration, model), declaration.Text("column"), declaration.Need("place").GetInt32(), declaration.Need("targets").Floats(),
                declaration.Need("scale").GetDouble(), weight),
            "zone" => new ZoneCost(
                Readout(declaration, model), new ZoneGoal(declaration.Text("column"), declaration.Need("low").Double(), declaration.Need("high").Double()),
                declaration.Need("place").GetInt32(), declaration.Need("scale").GetDouble(), weight),
            "disagreement" => new DisagreementCost(
                model.Readout is IEnsembleReadout { Members: > 1 } ensemble ? ensemble : throw new OrreryDataException("'disagreement' is of an ensemble, but the checkpoint's model is none"),
                [.. declaration.Need("columns").EnumerateArray().Select(column => new DisagreementColumn(
                    column.Text("name"), column.Need("place").GetInt32(), column.Need("scale").GetDouble()))], weight),
            "economic" => new EconomicCost(declaration.Text("name"), model.Readout, [.. declaration.Need("terms").EnumerateArray().Select(term => new EconomicTerm(
                term.Text("name"), term.Need("action").GetBoolean(), term.Need("column").GetInt32(), term.Need("factor").GetDouble()))],
                declaration.Need("scale").GetDouble(), weight),
            _ => throw Unknown("cost", declaration),
        };
    }

    /// <summary>Builds a constraint.</summary>
    /// <param name="declaration">As its <see cref="IDeclared.Declare"/> wrote it, with its name.</param>
    /// <param name="model">What is replayed with.</param>
    /// <exception cref="OrreryDataException">It is of a kind that is not known here.</exception>
    public virtual IConstraint Constraint(JsonElement declaration, ReplayModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return declaration.Text("kind") switch
        {
            "predicted-limit" => new PredictedLimitConstraint(
                Readout(declaration, model),
                new LimitExpression(declaration.Text("column"), declaration.Need("low").Double(), declaration.Need("high").Double()),
                declaration.Need("place").GetInt32(), declaration.Need("scale").GetDouble(), [.. declaration.Need("margins").EnumerateArray().Select(margin => margin.GetDouble())]),
            _ => throw Unknown("constraint", declaration),
        };
    }

    /// <summary>Builds a guardrail.</summary>
    /// <param name="declaration">As its <see cref="IDeclared.Declare"/> wrote it, with its name.</param>
    /// <exception cref="OrreryDataException">It is of a kind that is not known here.</exception>
    public virtual IGuardrail Guardrail(JsonElement declaration) => declaration.Text("kind") switch
    {
        "action-limits" => new ActionLimitGuardrail(AuditDeclarations.ReadLimits(declaration.Need("limits"))),
        "finite-numbers" => new NonFiniteGuardrail(declaration.Need("fallback").Floats()),
        "hard-limits" => new HardLimitGuardrail(
            new HardLimitSet(Texts(declaration, "limits"), Texts(declaration, "actions"), Texts(declaration, "observations")), declaration.Need("start").Floats(),
            declaration.TryGetProperty("past", out var past) ? CommandPast.Read(past) : null),
        "unfamiliarity" => Unfamiliarity(declaration),
        _ => throw Unknown("guardrail", declaration),
    };

    /// <summary>Builds a fallback.</summary>
    /// <param name="declaration">As its <see cref="IDeclared.Declare"/> wrote it, with its name.</param>
    /// <exception cref="OrreryDataException">It is of a kind that is not known here.</exception>
    public virtual IFallback Fallback(JsonElement declaration) => declaration.Text("kind") switch
    {
        "safe-value" => new SafeValueFallback(declaration.Need("value").Floats(), declaration.Need("ramp").Floats()),
        "hold-last" => new HoldLastFallback(declaration.Need("value").Floats()),
        "proportional-integral" => new ProportionalIntegralFallback([.. declaration.Need("loops").EnumerateArray().Select(loop => new ControlLoop(
            loop.Need("action").GetInt32(), loop.Need("observation").GetInt32(), loop.Need("setPoint").GetDouble(), loop.Need("gain").GetDouble(),
            loop.Need("integralSteps").Double(), loop.Need("bias").GetDouble()))], declaration.Need("start").Floats()),
        _ => throw Unknown("fallback", declaration),
    };

    private UnfamiliarityGuardrail Unfamiliarity(JsonElement declaration)
    {
        _familiar ??= familiar?.Invoke()
            ?? throw new OrreryDataException("the unfamiliarity guardrail needs the data of the run, and this replay was given none");
        if (_familiar.Hash != declaration.Text("sha256"))
            throw new OrreryDataException("what was familiar then is not what this run's data make familiar (their sha256 differ); replay with the run, and the data of it, that decided");
        var isPatient = declaration.TryGetProperty("patience", out var patience);
        return new UnfamiliarityGuardrail(
            _familiar, declaration.Need("actions").GetInt32(), Named<UnfamiliarResponse>(declaration, "response"), isPatient ? patience.GetInt32() : 0,
            isPatient ? Named<UnfamiliarResponse>(declaration, "afterwards") : UnfamiliarResponse.Slow);
    }

    private static string[] Texts(JsonElement declaration, string name) => [.. declaration.Need(name).EnumerateArray().Select(text => text.GetString() ?? "")];

    private static IReadout Readout(JsonElement declaration, ReplayModel model) =>
        model.Readout ?? throw new OrreryDataException($"'{declaration.Text("name")}' reads observations off latents, but the checkpoint's model has no readout");

    private static T Named<T>(JsonElement declaration, string name)
        where T : struct, Enum =>
        Enum.TryParse(declaration.Text(name), out T value) ? value : throw new OrreryDataException($"'{declaration.Text(name)}' is no {typeof(T).Name}");

    private static OrreryDataException Unknown(string what, JsonElement declaration)
    {
        var kind = declaration.Text("kind");
        return new OrreryDataException(kind == AuditDeclarations.Undeclared
            ? $"the {what} '{declaration.Text("name")}' of type {declaration.Text("type")} did not declare itself; replay with a program that derives from AuditParts"
            : $"the {what} '{declaration.Text("name")}' is of the kind '{kind}', which is not known here");
    }
}
