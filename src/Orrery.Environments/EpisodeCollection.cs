using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Random;

namespace Orrery.Environments;

/// <summary>Episodes of any environment, acted in by any explorer, collected into a dataset folder.</summary>
/// <remarks>
/// The same arguments give the same bytes, at any thread count, if the environment is exact. An episode ends when the environment says so,
/// or at its length; the last row's action is zero.
/// </remarks>
public sealed class EpisodeCollection : ICollection
{
    private readonly Func<IEnvironment> _create;
    private readonly Func<IExplorer> _explorer;
    private readonly int _length;
    private readonly ulong _seed;
    private readonly SortedDictionary<string, string> _settings;
    private readonly EnvironmentSpecification _specification;

    /// <summary>Creates the collection; nothing is collected yet.</summary>
    /// <param name="create">Creates an environment; called once per episode, on several threads.</param>
    /// <param name="explorer">Creates who acts; called once per episode, on several threads.</param>
    /// <param name="policy">What the dataset says about who acted, such as <c>random</c>.</param>
    /// <param name="episodes">Number of episodes, at least 1.</param>
    /// <param name="length">Most rows per episode, at least 2; the environment's step limit and one when left out.</param>
    /// <param name="seed">Decides starts and actions, alone.</param>
    /// <param name="settings">What else the dataset shall say about how it was collected.</param>
    /// <exception cref="OrreryDataException">A number cannot be used.</exception>
    public EpisodeCollection(
        Func<IEnvironment> create,
        Func<IExplorer> explorer,
        string policy,
        int episodes,
        int? length = null,
        ulong seed = 0,
        IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(explorer);
        (_create, _explorer, _seed) = (create, explorer, seed);
        using (var environment = create())
            _specification = environment.Specification;
        _length = length ?? _specification.StepLimit + 1;
        Require(episodes >= 1, "episodes", episodes, "1 or more");
        Require(_length is >= 2 and <= 1_000_000, "length", _length, "between 2 and 1,000,000 rows");
        Total = episodes;
        _settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["policy"] = policy,
            ["episodes"] = Text(episodes),
            ["length"] = Text(_length),
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in settings ?? [])
            _settings[name] = value;
    }

    /// <inheritdoc/>
    public int Total { get; }

    /// <inheritdoc/>
    public string Unit => "episodes";

    /// <inheritdoc/>
    public string Collect(string folder, bool overwrite = false, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var spaces = new DatasetSpaces(_specification.Observation, _specification.Action, _specification.State, _specification.Proprioception);
        var version = typeof(EpisodeCollection).Assembly.GetName().Version;
        var provenance = new Provenance(_specification.Name, $"Orrery {version?.ToString(3)}", _settings);
        using var writer = new DatasetWriter(folder, spaces, _specification.SamplingTime, _specification.TimeUnit, provenance, overwrite);
        EpisodePipeline.Write(writer, spaces, Total, Math.Min(_length, 1024), CollectEpisode, progress, cancellation);
        return writer.Complete();
    }

    /// <summary>Collects one episode; it depends on the arguments of the constructor and its number alone.</summary>
    /// <param name="trajectory">Cleared and filled in.</param>
    /// <param name="episode">Number of the episode, from 0.</param>
    public void CollectEpisode(Trajectory trajectory, int episode)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        trajectory.Clear();
        trajectory.RecordName = string.Create(CultureInfo.InvariantCulture, $"episode {episode}");
        trajectory.End = Act(episode, environment => Observe(trajectory, environment), action => action.CopyTo(trajectory.Action(trajectory.Length - 1)));
    }

    /// <summary>The true states of one episode, the same ones as in <see cref="CollectEpisode"/>, without drawing a picture of any.</summary>
    /// <param name="episode">Number of the episode, from 0.</param>
    /// <returns>[rows][state size], physical units.</returns>
    public float[][] CollectStates(int episode)
    {
        var states = new List<float[]>(_length);
        Act(episode, Look, _ => { });
        return [.. states];

        void Look(IEnvironment environment)
        {
            var state = new float[_specification.State.Size];
            environment.ReadState(state);
            states.Add(state);
        }
    }

    private EpisodeEnd Act(int episode, Action<IEnvironment> look, Action<float[]> acted)
    {
        using var environment = _create();
        var random = new RandomStream(_seed, "collect").At((ulong)episode);
        environment.Reset(random.NextULong());
        var explorer = _explorer();
        explorer.Begin(environment, random);
        look(environment);
        var action = new float[_specification.Action.Size];
        for (var step = 0; step < _length - 1; step++)
        {
            Array.Clear(action);
            explorer.Act(environment, step, action);
            acted(action);
            var result = environment.Step(action);
            look(environment);
            if (result.Terminated || result.Truncated)
                return result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
        }

        return EpisodeEnd.Truncated;
    }

    private static void Observe(Trajectory trajectory, IEnvironment environment)
    {
        var row = trajectory.AddRow();
        if (environment.Specification.Observation is ImageSpace)
            environment.Observe(trajectory.Pixels(row));
        else
            environment.Observe(trajectory.Observation(row));
        if (environment.Specification.Proprioception is not null)
            environment.Observe(trajectory.Proprioception(row));
        environment.ReadState(trajectory.State(row));
    }

    private void Require(bool holds, string name, int value, string needed)
    {
        if (!holds)
            throw new OrreryDataException($"Collecting {_specification.Name}: {name} is {value}, but it must be {needed}.");
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
