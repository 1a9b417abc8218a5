using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Environments;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Whether the part of an episode from a start to its goal is fit for a protocol.</summary>
/// <param name="states">True states from the start to the goal, both included.</param>
public delegate bool WindowPredicate(IReadOnlyList<float[]> states);

/// <summary>Where a protocol's starts and goals come from.</summary>
/// <param name="Rule">The rule as text for people.</param>
public abstract record PairSource(string Rule)
{
    private const string StreamName = "protocols/pairs";

    /// <summary>Proposes pairs without end, each from its own number alone; null where an episode has no fit one.</summary>
    internal abstract IEnumerable<ProtocolPair?> Propose(GoalProtocol protocol);

    /// <summary>Random numbers that nothing else draws from.</summary>
    internal static RandomStream Stream(ulong seed, int number) => new RandomStream(seed, StreamName).At((ulong)number);

    /// <summary>A seed that every JSON reader reads exactly: below 2^53.</summary>
    internal static ulong SeedOf(RandomStream stream) => stream.NextULong() >> 11;
}

/// <summary>The environment draws tasks: <see cref="IGoalEnvironment.SampleTask"/>.</summary>
/// <param name="Rule">The rule as text for people.</param>
public sealed record TaskPairs(string Rule) : PairSource(Rule)
{
    internal override IEnumerable<ProtocolPair?> Propose(GoalProtocol protocol)
    {
        using IGoalEnvironment environment = protocol.Create();
        int size = environment.Specification.State.Size;
        for (int number = 0; ; number++)
        {
            ulong seed = SeedOf(Stream(GoalProtocol.HeldOutSeed, number));
            float[] start = new float[size], goal = new float[size];
            environment.SampleTask(seed, start, goal);
            yield return new ProtocolPair(seed, number, 0, start, goal);
        }
    }
}

/// <summary>
/// One pair from each held-out episode of the environment's own collection: a start, and the state some steps later in the same episode.
/// </summary>
/// <param name="Rule">The rule as text for people.</param>
/// <param name="Ahead">Steps from the start to the goal.</param>
/// <param name="Fit">Which parts of an episode may be used; null for all. Of the fit ones of an episode one is drawn, each as likely.</param>
public sealed record EpisodePairs(string Rule, int Ahead = 25, WindowPredicate? Fit = null) : PairSource(Rule)
{
    internal override IEnumerable<ProtocolPair?> Propose(GoalProtocol protocol)
    {
        ICollection collection = EnvironmentCatalogue.Collection(
            protocol.Environment, new CollectionSettings(Episodes: 1, Seed: GoalProtocol.HeldOutSeed));
        if (collection is not EpisodeCollection episodes)
            throw new OrreryDataException($"The protocol {protocol.Name} draws from single episodes, which the collection of {protocol.Environment} does not give.");
        for (int number = 0; ; number++)
        {
            float[][] states = episodes.CollectStates(number);
            int[] fit = [.. Enumerable.Range(0, Math.Max(0, states.Length - Ahead)).Where(step => IsFit(states, step))];
            RandomStream stream = Stream(GoalProtocol.HeldOutSeed, number);
            ulong seed = SeedOf(stream);
            if (fit.Length == 0)
            {
                yield return null;
                continue;
            }

            int start = fit[stream.NextInt(fit.Length)];
            yield return new ProtocolPair(seed, number, start, states[start], states[start + Ahead]);
        }
    }

    private bool IsFit(float[][] states, int step) => Fit is null || Fit(new ArraySegment<float[]>(states, step, Ahead + 1));
}

/// <summary>
/// Pairs from the dataset that a model was trained on, nothing left out: how published tables are made, and not how generalisation is measured.
/// </summary>
/// <param name="Rule">The rule as text for people.</param>
/// <param name="Ahead">Steps from the start to the goal.</param>
/// <param name="Seed">Decides the draw.</param>
public sealed record DatasetPairs(string Rule, int Ahead, ulong Seed) : PairSource(Rule)
{
    internal override IEnumerable<ProtocolPair?> Propose(GoalProtocol protocol) =>
        throw new InvalidOperationException($"{protocol.Name} draws from a run's dataset: use Draw.");

    /// <summary>Draws pairs: a row with enough rows after it in its episode, each as likely.</summary>
    /// <param name="protocol">Says how many.</param>
    /// <param name="dataset">What the model was trained on.</param>
    /// <exception cref="OrreryDataException">The dataset keeps no states, or no episode is long enough.</exception>
    internal IEnumerable<ProtocolPair> Draw(GoalProtocol protocol, Dataset dataset)
    {
        if (!dataset.HasState)
            throw new OrreryDataException($"The protocol {protocol.Name} needs the true states of the training data; '{dataset.Folder}' keeps none.");
        long[] ends = new long[dataset.Episodes.Count];
        long rows = 0;
        for (int episode = 0; episode < ends.Length; episode++)
            ends[episode] = rows += Math.Max(0, dataset.Episodes[episode].Length - Ahead);
        if (rows == 0)
            throw new OrreryDataException($"The protocol {protocol.Name} needs episodes of more than {Ahead} steps; '{dataset.Folder}' has none.");
        for (int number = 0; number < protocol.Count; number++)
        {
            RandomStream stream = Stream(Seed, number);
            ulong seed = SeedOf(stream);
            long place = (long)(stream.NextDouble() * rows);
            int episode = Array.FindIndex(ends, end => place < end);
            long step = place - (episode == 0 ? 0 : ends[episode - 1]);
            long row = dataset.Episodes[episode].Start + step;
            yield return new ProtocolPair(seed, episode, (int)step, dataset.State(row).ToArray(), dataset.State(row + Ahead).ToArray());
        }
    }
}
