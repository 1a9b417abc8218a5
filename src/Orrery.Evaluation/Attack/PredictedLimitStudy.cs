using Orrery.Evaluation.Statistics;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Planning.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>How often plans that were said to keep a predicted limit broke it.</summary>
/// <param name="Alpha">The declared chance; 1 for no margin at all.</param>
/// <param name="Feasible">Plans that were said to keep the limit.</param>
/// <param name="Refused">Situations without one: the fallback would act.</param>
/// <param name="Broken">Plans that broke it somewhere on their horizon when executed.</param>
/// <param name="Margin">The margin at the end of the horizon, in the level's unit.</param>
public sealed record PredictedLimitResult(decimal Alpha, int Feasible, int Refused, int Broken, double Margin)
{
    /// <summary>95 % Wilson interval of the share of broken plans.</summary>
    public WilsonInterval Interval => WilsonInterval.Of(Broken, Feasible);
}

/// <summary>
/// Plans towards a goal that lies on a predicted limit, with a model that is wrong by a tenth, of a plant with noise: the search is drawn
/// to where the margin is used up. Calibrated on windows of random operation, executed to the end of the horizon.
/// </summary>
public static class PredictedLimitStudy
{
    private const int Horizon = 12;
    private const int CalibrationWindows = 600;
    private const float Limit = 5;
    private const float Noise = 0.03f;
    private const float WrongBy = 1.1f;
    private static readonly decimal[] Levels = [1m, 0.2m, 0.1m, 0.05m];
    private static readonly SearchOptions Search = new(Horizon, Candidates: 100, Iterations: 4);

    /// <summary>Measures.</summary>
    /// <param name="plans">Plans per level.</param>
    /// <param name="seed">Decides all that is drawn.</param>
    /// <param name="cancellation">Stops between two plans.</param>
    public static IReadOnlyList<PredictedLimitResult> Run(int plans, ulong seed, CancellationToken cancellation = default)
    {
        HorizonCalibration calibration = Calibrate(new RandomStream(seed, "calibration"));
        return [.. Levels.Select(alpha => Measure(alpha, calibration, plans, new RandomStream(seed, "plans"), cancellation))];
    }

    private static PredictedLimitResult Measure(decimal alpha, HorizonCalibration calibration, int plans, RandomStream random, CancellationToken cancellation)
    {
        TankWorld model = new();
        double[] margins = new double[Horizon];
        if (alpha < 1)
            calibration.Margins(output: 1, alpha, ErrorSide.Above, margins);
        PredictedLimitConstraint constraint = new(model, new LimitExpression("lower", double.NegativeInfinity, Limit), 1, margins: margins);
        CrossEntropyPlanner planner = new(Search);
        ActionLimits limits = new([0, 0], [3, 1]);
        int feasible = 0, refused = 0, broken = 0;
        for (int plan = 0; plan < plans; plan++)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] start = [1 + (4 * random.NextFloat()), 2 + (2.5f * random.NextFloat())];
            PlanningProblem problem = new(model, start, [new LatentGoalCost([start[0], Limit], GoalForm.Sum)], limits, [constraint]);
            Plan found = planner.Plan(problem, null, random);
            if (found.Outcome != PlanOutcome.Feasible)
            {
                refused++;
                continue;
            }

            feasible++;
            float[] levels = Truth(start, found.Actions.Span, random);
            broken += Enumerable.Range(0, Horizon).Any(step => levels[(step * 2) + 1] > Limit) ? 1 : 0;
        }

        return new PredictedLimitResult(alpha, feasible, refused, broken, margins[^1]);
    }

    private static HorizonCalibration Calibrate(RandomStream random)
    {
        TankWorld model = new();
        float[] predictions = new float[CalibrationWindows * Horizon * 2], truths = new float[predictions.Length];
        float[] actions = new float[Horizon * 2];
        for (int window = 0; window < CalibrationWindows; window++)
        {
            float[] start = [1 + (4 * random.NextFloat()), 2 + (2.5f * random.NextFloat())];
            for (int step = 0; step < Horizon; step++)
            {
                bool changes = step == 0 || random.NextInt(4) == 0;
                actions[step * 2] = changes ? 3 * random.NextFloat() : actions[(step * 2) - 2];
                actions[(step * 2) + 1] = changes ? random.NextFloat() : actions[(step * 2) - 1];
            }

            int at = window * Horizon * 2;
            model.Rollout(start, actions, 1, Horizon, predictions.AsSpan(at, Horizon * 2));
            Truth(start, actions, random).CopyTo(truths, at);
        }

        return HorizonCalibration.From(predictions, truths, Horizon, 2);
    }

    // The inflow brings a tenth more than the model believes, and the levels are stirred.
    private static float[] Truth(float[] start, ReadOnlySpan<float> actions, RandomStream random)
    {
        float[] levels = new float[Horizon * 2];
        (float upper, float lower) = (start[0], start[1]);
        for (int step = 0; step < Horizon; step++)
        {
            (upper, lower) = TankWorld.Next(upper, lower, WrongBy * actions[step * 2], actions[(step * 2) + 1]);
            upper = Math.Max(0, upper + (Noise * (float)random.NextNormal()));
            lower = Math.Max(0, lower + (Noise * (float)random.NextNormal()));
            (levels[step * 2], levels[(step * 2) + 1]) = (upper, lower);
        }

        return levels;
    }
}
