namespace Orrery.Models.Training;

/// <summary>
/// Convex shares of predictors at knots of the horizon, linear between them, that make the least expected square error over all horizons:
/// least squares by moving share between two predictors at one knot at a time.
/// </summary>
/// <param name="knots">Rows ahead, ascending.</param>
/// <param name="predictors">How many.</param>
/// <param name="firstNear">The first of the predictors, up to the last, that are meant for near horizons.</param>
/// <param name="smoothness">What a unit of square change of a share between two knots costs, in units of the risk.</param>
/// <param name="rise">What it costs, beside that, where the predictors for near horizons together gain share with the horizon.</param>
internal sealed class ConvexShares(int[] knots, int predictors, int firstNear, double smoothness, double rise)
{
    private const int Sweeps = 400;

    private readonly List<Horizon> _horizons = [];
    private readonly double[] _shares = new double[knots.Length * predictors];
    private double _slope;
    private double _curvature;

    /// <summary>Takes what is known of one horizon.</summary>
    /// <param name="rows">Rows ahead.</param>
    /// <param name="weight">How much it counts, such as 1.</param>
    /// <param name="risk">[predictors, predictors]: the mean products of the predictors' errors.</param>
    public void Add(int rows, double weight, double[,] risk)
    {
        int knot = 0;
        while (knot + 2 < knots.Length && rows >= knots[knot + 1])
            knot++;
        _horizons.Add(new Horizon(knot, Math.Clamp((rows - knots[knot]) / (double)(knots[knot + 1] - knots[knot]), 0, 1), weight, risk));
    }

    /// <summary>Finds the shares, [knots, predictors].</summary>
    public double[] Solve()
    {
        Array.Fill(_shares, 1.0 / predictors);
        for (int sweep = 0; sweep < Sweeps; sweep++)
            for (int knot = 0; knot < knots.Length; knot++)
                for (int to = 1; to < predictors; to++)
                    for (int from = 0; from < to; from++)
                        Move(knot, to, from);
        return _shares;
    }

    /// <summary>Moves what makes the least of a parabola that lies nowhere below the cost.</summary>
    private void Move(int knot, int to, int from)
    {
        (_slope, _curvature) = (0, 1e-12);
        foreach (Horizon horizon in _horizons)
            AddRisk(horizon, knot, to, from);
        if (knot > 0)
            AddChange(knot, knot - 1, to, from);
        if (knot + 1 < knots.Length)
            AddChange(knot, knot + 1, to, from);
        double moved = Math.Clamp(_slope / _curvature, -Share(knot, to), Share(knot, from));
        _shares[(knot * predictors) + to] += moved;
        _shares[(knot * predictors) + from] -= moved;
    }

    private void AddRisk(Horizon horizon, int knot, int to, int from)
    {
        double part = knot == horizon.Knot ? 1 - horizon.Right : knot == horizon.Knot + 1 ? horizon.Right : 0;
        if (part == 0)
            return;
        double gain = 0;
        for (int predictor = 0; predictor < predictors; predictor++)
        {
            double mixed = ((1 - horizon.Right) * Share(horizon.Knot, predictor)) + (horizon.Right * Share(horizon.Knot + 1, predictor));
            gain += (horizon.Risk[from, predictor] - horizon.Risk[to, predictor]) * mixed;
        }

        _slope += horizon.Weight * part * gain;
        _curvature += horizon.Weight * part * part * (horizon.Risk[to, to] + horizon.Risk[from, from] - (2 * horizon.Risk[to, from]));
    }

    private void AddChange(int knot, int beside, int to, int from)
    {
        _slope -= smoothness * (Share(knot, to) - Share(beside, to) - Share(knot, from) + Share(beside, from));
        _curvature += 2 * smoothness;
        if (to >= firstNear == from >= firstNear)
            return;
        // From here to there or from there to here, whichever is further.
        double risen = (Near(knot) - Near(beside)) * (knot - beside);
        if (risen > 0)
            _slope -= rise * risen * (knot - beside) * (to >= firstNear ? 1 : -1);
        _curvature += rise;
    }

    private double Share(int knot, int predictor) => _shares[(knot * predictors) + predictor];

    private double Near(int knot)
    {
        double near = 0;
        for (int predictor = firstNear; predictor < predictors; predictor++)
            near += Share(knot, predictor);
        return near;
    }

    private readonly record struct Horizon(int Knot, double Right, double Weight, double[,] Risk);
}
