using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Process;

/// <summary>
/// Records a process as a plant's historian does while <see cref="MediocreController"/> runs it: a row holds what was measured at its time
/// and the inputs that were in force up to then, commands and disturbances. So the row's inputs have acted on the row's measurements,
/// which is how models of logs read rows.
/// </summary>
/// <param name="create">Creates the physics; called once per stretch, on several threads.</param>
/// <param name="steps">Rows in all, at least 2; fewer come where the process shuts itself down.</param>
/// <param name="seed">Decides everything.</param>
public sealed class ProcessCollector(Func<ProcessEquations> create, int steps, ulong seed = 0) : ICollection
{
    // A process that is started anew now and then also shows its start.
    private const int StretchRows = 1000;

    private readonly int _steps = steps >= 2 ? steps : throw new OrreryDataException($"Collecting a process: {steps} steps came, but a log needs 2 or more.");

    /// <inheritdoc/>
    public int Total => (_steps + StretchRows - 1) / StretchRows;

    /// <inheritdoc/>
    public string Unit => "stretches";

    /// <inheritdoc/>
    public string Collect(string folder, bool overwrite = false, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        using var environment = new ProcessEnvironment(create());
        var specification = environment.Specification;
        var spaces = new DatasetSpaces(specification.Observation, specification.Action, specification.State);
        var version = typeof(ProcessCollector).Assembly.GetName().Version;
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["policy"] = "detuned PI with dither",
            ["inputs"] = "in force up to the row",
            ["steps"] = _steps.ToString(CultureInfo.InvariantCulture),
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
        };
        var provenance = new Provenance(specification.Name, $"Orrery {version?.ToString(3)}", settings);
        using var writer = new DatasetWriter(folder, spaces, specification.SamplingTime, specification.TimeUnit, provenance, overwrite);
        EpisodePipeline.Write(writer, spaces, Total, StretchRows, CollectStretch, progress, cancellation);
        return writer.Complete();
    }

    private void CollectStretch(Trajectory trajectory, int stretch)
    {
        using var environment = new ProcessEnvironment(create());
        var loop = environment.Equations.Loop;
        var random = new RandomStream(seed, "process collect").At((ulong)stretch);
        environment.Reset(random.NextULong());
        var controller = new MediocreController(environment.Equations, random);
        var action = new float[environment.Specification.Action.Size];
        trajectory.Clear();
        trajectory.RecordName = string.Create(CultureInfo.InvariantCulture, $"stretch {stretch}");
        trajectory.End = EpisodeEnd.Truncated;
        var rows = Math.Min(StretchRows, _steps - (stretch * StretchRows));
        for (var row = 0; row < rows; row++)
        {
            trajectory.AddRow();
            environment.Observe(trajectory.Observation(row));
            environment.ReadInputs(trajectory.Action(row));
            environment.ReadState(trajectory.State(row));
            if (trajectory.End == EpisodeEnd.Terminated)
                return;
            environment.ReadInputs(action);
            action[loop.Input] = (float)controller.Act(trajectory.Observation(row)[loop.Output]);
            if (row + 1 < rows && environment.Step(action).Terminated)
                trajectory.End = EpisodeEnd.Terminated;
        }
    }
}
