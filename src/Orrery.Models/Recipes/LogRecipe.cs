using Orrery.Data;
using Orrery.Data.Spaces;

namespace Orrery.Models.Recipes;

/// <summary>
/// A deep subspace model of a log (Beintema, Tóth and Schoukens, SUBNET, 2021): the last n outputs and inputs give a latent state,
/// x[t] = f(x[t-1], u[t]), y[t] = h(x[t]), each a linear map plus a small network, trained on the error of free runs.
/// </summary>
/// <param name="Name">What the recipe is called.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="History">n: rows that the encoder sees.</param>
/// <param name="LatentSize">D.</param>
/// <param name="Hidden">Width of the hidden layer of each network.</param>
/// <param name="ValidationShare">The last share of the training rows, kept for early stopping.</param>
/// <param name="Training">How to train.</param>
/// <param name="Planner">How to search with the trained model.</param>
/// <param name="TestShare">The last share of all rows, never trained on, for <c>orrery evaluate</c>.</param>
/// <param name="Guardrails">What no goal may override.</param>
/// <param name="Refit">Whether to train again on the validation rows too, as long as validation found best.</param>
/// <param name="LinearOrder">
/// The longest memory, in rows, of a linear equation that is fitted beside the network and blended with it over the horizon as the
/// validation rows ask for; 0 for none.
/// </param>
/// <param name="LinearStates">
/// The most states of a linear state space that is identified beside both and blended with them, where there is a linear equation; 0 in
/// recipes of before there was one, whose models can be read but not trained.
/// </param>
/// <param name="Ensemble">How many models of other starting weights and batches are trained side by side; what they predict is averaged.</param>
/// <param name="RelativeFloor">
/// Errors count over how much the observation changes in as many rows, in squared deviations, and this beside it: the less, the more do near
/// horizons count. 0 lets all horizons count alike.
/// </param>
/// <param name="LatentPrediction">A joint-embedding term: the states that are reached shall be those that are encoded; none when left out.</param>
/// <param name="ValidationRun">Rows of each free run that early stopping judges by, for plants whose errors grow by themselves; 0 for runs over all validation rows.</param>
/// <param name="Encoder"><c>mlp</c> sees the window at once, <c>gru</c> row by row.</param>
/// <param name="Transition">
/// <c>mlp</c> bends with state and action, <c>control-affine</c> with the state alone: it is straight in the action, also beyond the log's.
/// <c>control-affine-midpoint</c> is straight in the action at every instant: it bends at the state halfway through the row.
/// </param>
/// <param name="FilterRows">
/// Rows by which a Kalman filter on the model goes on from the state that the encoder gives for the n rows before them; 0 for the encoder alone.
/// </param>
/// <param name="Delays">Known dead times: rows after which an input, by its column's name, begins to act.</param>
public sealed record LogRecipe(
    string Name,
    string Description,
    int History,
    int LatentSize,
    int Hidden,
    double ValidationShare,
    TrainingRecipe Training,
    PlannerRecipe Planner,
    double TestShare = 0.3,
    bool Refit = true,
    GuardrailRecipe? Guardrails = null,
    int LinearOrder = 0,
    IReadOnlyDictionary<string, int>? Delays = null,
    int Ensemble = 1,
    double RelativeFloor = 0,
    LatentPredictionRecipe? LatentPrediction = null,
    string Encoder = LogRecipe.MlpEncoder,
    int ValidationRun = 0,
    int LinearStates = 0,
    string Transition = LogRecipe.MlpTransition,
    int FilterRows = 0) : Recipe(Name, Description, Training, Planner, Guardrails)
{
    /// <summary>An encoder that sees the window at once.</summary>
    public const string MlpEncoder = "mlp";

    /// <summary>An encoder that sees the window row by row.</summary>
    public const string GruEncoder = "gru";

    /// <summary>A transition that bends with state and action.</summary>
    public const string MlpTransition = "mlp";

    /// <summary>A transition that bends with the state and is straight in the action.</summary>
    public const string ControlAffineTransition = "control-affine";

    /// <summary>A transition that bends with the state halfway through the row and is straight in the action at every instant.</summary>
    public const string MidpointTransition = "control-affine-midpoint";

    /// <summary>The largest ensemble.</summary>
    public const int MostMembers = 32;

    // Up to so many rows a recipe's own updates see all of a log often enough; four times as many are still minutes.
    private const double RowsOfOwnUpdates = 20_000;
    private const double MostTimesLonger = 4;

    /// <summary>This recipe with as many updates as a log of that length is worth: beyond 20,000 rows in proportion, up to four times as many.</summary>
    /// <param name="rows">Rows of the log.</param>
    public LogRecipe ForRows(long rows)
    {
        double times = Math.Clamp(rows / RowsOfOwnUpdates, 1, MostTimesLonger);
        return this with { Training = Training with { Updates = (int)Math.Min(int.MaxValue, Math.Round(times * Training.Updates)) } };
    }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Planner.Method != PlannerRecipe.Gradient, "planner.method", $"'{Planner.Method}'", "'cem', 'icem' or 'mppi' for a log, since the costs of a plant's goals have no slope");
        Require(History is >= 1 and <= 10_000, "history", History, "between 1 and 10,000");
        Require(LatentSize is >= 1 and <= 1024, "latentSize", LatentSize, "between 1 and 1024");
        Require(Hidden is >= 0 and <= 4096, "hidden", Hidden, "between 0 and 4096");
        Require(LinearOrder >= 0 && LinearOrder <= History, "linearOrder", LinearOrder, $"between 0 and history, {History}");
        Require(LinearStates is >= 0 and <= 64, "linearStates", LinearStates, "between 0 and 64");
        Require(Encoder is MlpEncoder or GruEncoder, "encoder", $"'{Encoder}'", $"'{MlpEncoder}' or '{GruEncoder}'");
        Require(Encoder != GruEncoder || Hidden > 0, "hidden", Hidden, "above 0 for a 'gru' encoder");
        Require(
            Transition is MlpTransition or ControlAffineTransition or MidpointTransition,
            "transition", $"'{Transition}'", $"'{MlpTransition}', '{ControlAffineTransition}' or '{MidpointTransition}'");
        Require(FilterRows is >= 0 and <= 10_000, "filterRows", FilterRows, "between 0 and 10,000");
        Require(ValidationRun is >= 0 and <= 100_000, "validationRun", ValidationRun, "between 0 and 100,000 rows");
        Require(Ensemble is >= 1 and <= MostMembers, "ensemble", Ensemble, $"between 1 and {MostMembers}");
        LatentPrediction?.Check();
        Require(RelativeFloor is >= 0 and < 1e6, "relativeFloor", RelativeFloor, "0 or more");
        foreach ((string column, int delay) in Delays ?? new Dictionary<string, int>())
            Require(delay is >= 0 and <= 1_000, $"delays.{column}", delay, "between 0 and 1,000 rows");
        Require(ValidationShare is > 0 and < 0.9, "validationShare", ValidationShare, "above 0 and below 0.9");
        Require(TestShare is >= 0 and < 0.9, "testShare", TestShare, "0 or more and below 0.9");
    }

    /// <summary>[A]: rows until each input of a plant begins to act.</summary>
    /// <exception cref="RecipeException">A delay is for a column that is no input.</exception>
    internal int[] DelaysOf(VectorSpace action)
    {
        if (Delays?.Keys.FirstOrDefault(name => action.IndexOf(name) < 0) is { } unknown)
        {
            string[] names = [.. action.Dimensions.Select(dimension => dimension.Name)];
            throw new RecipeException(
                $"The recipe delays '{unknown}', but that is no input.{NearestName.Suggest(unknown, names)} The inputs are: {string.Join(", ", names)}.");
        }

        return [.. action.Dimensions.Select(dimension => Delays?.GetValueOrDefault(dimension.Name) ?? 0)];
    }
}
