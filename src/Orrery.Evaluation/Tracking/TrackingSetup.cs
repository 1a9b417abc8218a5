using System.Globalization;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Tracking;

/// <summary>How a process is controlled by planning, alike for every model, and how a model of it is learned.</summary>
/// <param name="Horizon">Steps to look ahead: long enough to see the answer, short enough that a search over each step's command is sharp.</param>
/// <param name="RateWeight">Weight of the mean squared change of the command, in units of its rate limit, against the mean squared error, in units of half the range of set-points.</param>
/// <param name="BiasSteps">Steps after which the linear regulator compares its prediction with what came, to correct what its model gets wrong in the long run.</param>
/// <param name="History">Rows that a learned model sees.</param>
/// <param name="Window">Rows that it is trained to predict freely; short where errors grow by themselves.</param>
/// <param name="Updates">Updates of its training.</param>
/// <param name="LearningRate">Of its training; lower where long windows make larger steps jump.</param>
/// <param name="Batch">Windows a batch for each member; more where single windows, such as those of an ignition, would push the weights about.</param>
/// <param name="Transition">Whether its transition is straight in the command (<see cref="LogRecipe.Transition"/>).</param>
/// <param name="DisagreementWeight">Weight of what the members of a learned ensemble disagree about, in units of half the range of set-points (<see cref="DisagreementCost"/>).</param>
public sealed record TrackingSetup(
    int Horizon, double RateWeight, int BiasSteps, int History, int Window, int Updates, double LearningRate, int Batch = 64, string Transition = LogRecipe.MidpointTransition,
    double DisagreementWeight = 0)
{
    private const int Candidates = 128;
    private const int Iterations = 20;
    private const int Elites = 16;
    private const double Deviation = 0.3;
    private const double SmallestDeviation = 0.001;
    private const double Correlation = 0.4;
    private const double FreshShare = 0.2;

    /// <summary>The setup of a process.</summary>
    /// <param name="name">Its name in the catalogue.</param>
    public static TrackingSetup For(string name) => name switch
    {
        "cascaded-tanks" => new TrackingSetup(25, 0.002, 20, 20, 60, 2500, 0.005),
        // A network that bends with the command errs less on the reactor's held-out rows. Beyond the commands of the log it may bend anywhere, and its
        // members do not bend alike.
        "cstr" => new TrackingSetup(10, 0.02, 6, 20, 15, 10000, 0.01, 192, LogRecipe.MlpTransition, DisagreementWeight: 1),
        "ph-neutralisation" => new TrackingSetup(12, 0.02, 10, 20, 25, 10000, 0.01),
        _ => new TrackingSetup(24, 0.02, 16, 20, 60, 2500, 0.005),
    };

    /// <summary>The search: from the last plan on, each round drawn around the best of the one before.</summary>
    public IPlanner CreatePlanner() => new CrossEntropyPlanner(
        new SearchOptions(Horizon, Candidates, Iterations, FreshShare, Deviation, Correlation: Correlation),
        new CrossEntropyOptions(Elites, Refinement.Gaussian, SmallestDeviation));

    /// <summary>The recipe that a model of the process's log is trained by.</summary>
    /// <param name="seed">Seed of the training.</param>
    public Recipe Recipe(ulong seed) => RecipeFile.Load(
        "plant/control",
        [
            "testShare=0", $"transition={Transition}",
            string.Create(CultureInfo.InvariantCulture, $"history={History}"),
            string.Create(CultureInfo.InvariantCulture, $"training.window={Window}"),
            string.Create(CultureInfo.InvariantCulture, $"validationRun={Window}"),
            string.Create(CultureInfo.InvariantCulture, $"training.updates={Updates}"),
            string.Create(CultureInfo.InvariantCulture, $"training.batch={Batch}"),
            string.Create(CultureInfo.InvariantCulture, $"training.learningRate={LearningRate}"),
            string.Create(CultureInfo.InvariantCulture, $"training.seed={seed}"),
        ]);
}
