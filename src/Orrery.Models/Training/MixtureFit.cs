using Orrery.Data.Trajectories;
using Orrery.Models.Networks;

namespace Orrery.Models.Training;

/// <summary>
/// Finds from validation rows how far to trust each predictor of a <see cref="HorizonMixture"/>, for every observation and horizon. Every
/// horizon counts by how well it can be predicted at all, so that near and far matter alike; and so does every block of time, so that
/// hard times do not decide alone.
/// </summary>
internal static class MixtureFit
{
    // Smoothness and caution were chosen by leaving one block out of the validation rows of seven recorded plants; half and double do about
    // as well. Blocks have so many starts at least.
    private const int MostBlocks = 8;
    private const int FewestStarts = 8;
    private const double Smoothness = 0.3;

    // The risk of a single predictor is taken for so much more than was measured: validation rows are few and models are fitted once
    // more after them, so that predictors that hardly differ share evenly rather than one of them winning by luck.
    private const double Caution = 0.2;

    // A horizon of fewer windows side by side than these counts less, by the square of their number, and goes by what is known nearer.
    private const double EnoughWindows = 20;

    // The deep model is trained once more, on a third more rows, and gains more by that than linear ones, the more so the shorter the log
    // is for the horizon: its square errors over so many windows side by side are taken for half of what was measured.
    private const double WindowsOfGain = 2;

    // Linear models begin at what was measured and the deep one is trained on free runs: where linear ones gain with the horizon, it is
    // more likely that far rows are few than that it is so.
    private const double Rise = 100;

    private const int FirstLinear = HorizonMixture.FirstLinear;

    /// <summary>Sets a network's mixture; leaves it where the rows are too few.</summary>
    /// <param name="network">With linear models; its deep part is trained.</param>
    /// <param name="mixture">The network's.</param>
    /// <param name="rows">The log.</param>
    /// <param name="stretches">The validation rows.</param>
    /// <param name="refits">Whether the deep part will be trained once more, on the validation rows too.</param>
    public static void Apply(LogNetwork network, HorizonMixture mixture, LogRows rows, IReadOnlyList<EpisodeRange> stretches, bool refits)
    {
        if (PredictorErrors.Of(network, rows, stretches) is not { } errors)
            return;
        for (int output = 0; output < rows.ObservationSize; output++)
        {
            (double[] shares, double linearRatio) = Shares(errors, output, refits);
            mixture.Set(output, shares, linearRatio);
        }
    }

    /// <summary>The shares of one observation, [knots, predictors], and the error of the linear models over the deep one's.</summary>
    internal static (double[] Shares, double LinearRatio) Shares(PredictorErrors errors, int output, bool refits)
    {
        int reach = Reach(errors, output);
        ConvexShares shares = new(HorizonMixture.Knots, HorizonMixture.Predictors, FirstLinear, Smoothness, Rise);
        double ratio = 0;
        for (int horizon = 0; horizon <= reach; horizon++)
        {
            double[,] risk = Risk(errors, horizon, output);
            ratio += Math.Log(Least(risk, FirstLinear, HorizonMixture.Predictors) / Least(risk, 0, FirstLinear)) / 2;
            int rows = errors.Horizons[horizon];
            double windows = errors.Rows / (double)rows, known = Math.Min(1, windows / EnoughWindows);
            shares.Add(rows, known * known, Expected(risk, refits ? windows / (windows + WindowsOfGain) : 1));
        }

        return (shares.Solve(), Math.Exp(ratio / (reach + 1)));
    }

    /// <summary>
    /// The last horizon at which some predictor errs less than the mean would. Where errors grow by themselves, there is nothing to learn
    /// beyond; all horizons where none ever does.
    /// </summary>
    private static int Reach(PredictorErrors errors, int output)
    {
        double[] squares = new double[HorizonMixture.Predictors];
        for (int horizon = errors.Horizons.Length - 1; horizon >= 0; horizon--)
        {
            double sum = 0, square = 0;
            Array.Clear(squares);
            for (int start = 0; start < errors.Starts; start++)
            {
                double truth = errors.Truth(start, horizon, output);
                sum += truth;
                square += truth * truth;
                for (int predictor = 0; predictor < squares.Length; predictor++)
                {
                    double error = errors.Error(start, horizon, output, predictor);
                    squares[predictor] += error * error;
                }
            }

            if (squares.Min() < square - (sum * sum / errors.Starts))
                return horizon;
        }

        return errors.Horizons.Length - 1;
    }

    /// <summary>Mean products of the predictors' errors, each block's in units of its best predictor's, and then in units of the best of all.</summary>
    private static double[,] Risk(PredictorErrors errors, int horizon, int output)
    {
        const int predictors = HorizonMixture.Predictors;
        double[,] risk = new double[predictors, predictors], block = new double[predictors, predictors];
        int blocks = Math.Clamp(errors.Starts / FewestStarts, 1, MostBlocks);
        for (int place = 0; place < blocks; place++)
        {
            Array.Clear(block);
            for (int start = place * errors.Starts / blocks; start < (place + 1) * errors.Starts / blocks; start++)
                for (int one = 0; one < predictors; one++)
                    for (int other = 0; other < predictors; other++)
                        block[one, other] += errors.Error(start, horizon, output, one) * errors.Error(start, horizon, output, other);
            Join(risk, block);
        }

        double[,] scaled = new double[predictors, predictors];
        Join(scaled, risk);
        return scaled;
    }

    /// <summary>The risk that is reckoned with: the deep model's is this share of what was measured, and that of any single predictor more.</summary>
    private static double[,] Expected(double[,] risk, double deepShare)
    {
        double deep = Math.Sqrt(deepShare);
        for (int one = 0; one < HorizonMixture.Predictors; one++)
            for (int other = 0; other < HorizonMixture.Predictors; other++)
                risk[one, other] *= (one < FirstLinear ? deep : 1) * (other < FirstLinear ? deep : 1);
        double[,] expected = new double[HorizonMixture.Predictors, HorizonMixture.Predictors];
        Join(expected, risk);
        for (int predictor = 0; predictor < HorizonMixture.Predictors; predictor++)
            expected[predictor, predictor] *= 1 + Caution;
        return expected;
    }

    private static void Join(double[,] into, double[,] products)
    {
        double least = Math.Max(Least(products, 0, HorizonMixture.Predictors), 1e-12);
        for (int one = 0; one < HorizonMixture.Predictors; one++)
            for (int other = 0; other < HorizonMixture.Predictors; other++)
                into[one, other] += products[one, other] / least;
    }

    private static double Least(double[,] products, int first, int end)
    {
        double least = double.PositiveInfinity;
        for (int predictor = first; predictor < end; predictor++)
            least = Math.Min(least, products[predictor, predictor]);
        return least;
    }
}
