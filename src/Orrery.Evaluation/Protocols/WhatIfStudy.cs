using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Evaluation.Protocols;

/// <summary>What the model predicts for inputs that a person thinks of: one scenario per file. Nothing is searched and nothing is executed.</summary>
public sealed class WhatIfStudy
{
    /// <summary>Limits and columns that are listed one by one; what comes after them is counted.</summary>
    private const int ShownRows = 3;

    private readonly WorldModel _model;
    private readonly Dataset _trained;
    private readonly PlantColumns _columns;

    /// <summary>Predicts with a model.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="trained">What it was trained on: the recorded ranges say where it extrapolates.</param>
    public WhatIfStudy(WorldModel model, Dataset trained)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trained);
        _model = model;
        _trained = trained;
        _columns = new PlantColumns(model, trained);
    }

    /// <summary>Predicts.</summary>
    /// <param name="record">What went before.</param>
    /// <param name="files">Tables of future inputs, a row per sampling time; inputs that one does not have hold their last value.</param>
    /// <param name="from">The last known row of the record, from 1; null for its last.</param>
    /// <exception cref="OrreryDataException">A file cannot be used, or the model's history does not fit before the row.</exception>
    public WhatIfResult Predict(Dataset record, IReadOnlyList<string> files, long? from = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
            throw new OrreryDataException("No table of future inputs came; name at least one file.");
        _columns.Check(record);
        EpisodeRange known = Known(record, from ?? record.Rows, out EpisodeRange stretch);
        long first = _columns.HistoryBefore(known), now = known.Start + known.Length - 1;
        float[] latent = new float[_model.LatentSize];
        _model.Encode(record.Observation(first, _model.History), record.Action(first, _model.History), latent);
        List<WhatIfScenario> scenarios = [];
        foreach (string file in files)
            scenarios.Add(Scenario(file, files, record, known, stretch, now, latent));
        return new WhatIfResult(now + 1, _model.Description.SamplingTime, _model.Description.TimeUnit, scenarios);
    }

    private EpisodeRange Known(Dataset record, long row, out EpisodeRange stretch)
    {
        if (row < 1 || row > record.Rows)
            throw new OrreryDataException($"Row {row:#,0} is not in the record, which has rows 1 to {record.Rows:#,0}.");
        stretch = record.Episodes.First(episode => row - 1 < episode.Start + episode.Length);
        long length = row - stretch.Start;
        return length >= _model.History
            ? stretch with { Length = (int)length }
            : throw new OrreryDataException(
                $"Row {row:#,0} ends a stretch of {length:#,0} rows without a gap, but the model must see {_model.History}. Start from row {stretch.Start + _model.History:#,0} or later, or from another record.");
    }

    private WhatIfScenario Scenario(
        string file, IReadOnlyList<string> files, Dataset record, EpisodeRange known, EpisodeRange stretch, long now, float[] latent)
    {
        string[] names = [.. _columns.Inputs.Select(input => input.Name)];
        FutureTable table = FutureTable.Read(file, names, "an input of the model", _columns.Measured);
        if (table.Rows > RowsAhead.Most)
            throw new OrreryDataException($"{table.Source} has {table.Rows:#,0} rows, but at most {RowsAhead.Most:#,0} can be looked ahead.");
        float[] inputs = Inputs(table, names, record.Action(now)), latents = new float[table.Rows * _model.LatentSize];
        float[] outputs = new float[table.Rows * _columns.Measured.Length];
        _model.Rollout(latent, inputs, 1, table.Rows, latents);
        _model.Read(latents, table.Rows, outputs);
        // Inputs are given here, disturbances too, so the margins are for given inputs.
        PredictionMargins margins = PredictionMargins.Measure(_model, _trained, table.Rows);
        List<string> warnings = [.. Extrapolations(table, names), .. BrokenLimits(inputs, outputs, record, known)], remarks = [];
        if (table.Missing.Count > 0)
            remarks.Add($"Held at the last value, because {table.Source} does not have it: {string.Join(", ", table.Missing.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {record.Action(now)[Array.IndexOf(names, name)]:0.####}")))}.");
        if (table.Ignored.Count > 0)
            remarks.Add($"Not inputs of the model, so not used: {string.Join(", ", table.Ignored)} of {table.Source}.");
        if (margins.Interval(0, PlanPicture.IntervalAlpha).Length == 0)
            remarks.Add($"No intervals for {table.Rows} rows ahead: {margins.Windows} windows of held-out rows are too few.");
        return new WhatIfScenario(NameOf(file, files), Draw(inputs, outputs, margins, record, known, stretch), remarks, warnings);
    }

    private static string NameOf(string file, IReadOnlyList<string> files)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return files.Count(other => Path.GetFileNameWithoutExtension(other) == name) > 1 ? file : name;
    }

    private static float[] Inputs(FutureTable table, string[] names, ReadOnlySpan<float> held)
    {
        float[] inputs = new float[table.Rows * names.Length];
        for (int index = 0; index < inputs.Length; index++)
            inputs[index] = table.Values.TryGetValue(names[index % names.Length], out IReadOnlyList<double>? values)
                ? (float)values[index / names.Length]
                : held[index % names.Length];
        return inputs;
    }

    private IEnumerable<string> Extrapolations(FutureTable table, string[] names)
    {
        foreach ((string name, IReadOnlyList<double> values) in table.Values)
        {
            (double low, double high) = _columns.RecordedInput(Array.IndexOf(names, name));
            // Recorded numbers are of single precision.
            int[] outside = [.. Enumerable.Range(0, values.Count).Where(row => (float)values[row] < (float)low || (float)values[row] > (float)high)];
            if (outside.Length > 0)
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{table.Source} leaves what was recorded of '{name}', {low:0.####} to {high:0.####}, in {Rows(outside)} ({values[outside[0]]:0.####} first): there the model extrapolates.");
        }
    }

    /// <summary>Which limits of the recipe these inputs, and what is predicted for them, would break.</summary>
    private IEnumerable<string> BrokenLimits(float[] inputs, float[] outputs, Dataset record, EpisodeRange known)
    {
        if (_model.Recipe.Guardrails is not { } recipe || _columns.Commanded.Length == 0)
            return [];
        DeclaredGuardrails guardrails = DeclaredGuardrails.For(recipe, _trained);
        CommandChecker checker = new(guardrails.Hard);
        int past = Math.Min(known.Length, PlanPicture.ShownPast);
        for (long row = known.Start + known.Length - past; row < known.Start + known.Length; row++)
            checker.Add(_columns.PickCommanded(record.Action(row)), record.Observation(row));
        float[] commands = _columns.PickCommanded(inputs), measured = [.. record.Observation(known.Start + known.Length - 1).ToArray(), .. outputs];
        Dictionary<string, List<int>> broken = [];
        int width = _columns.Commanded.Length, observed = _columns.Measured.Length;
        for (int row = 0; row * width < commands.Length; row++)
        {
            IEnumerable<string> predicted = guardrails.Predicted
                .Where(limit => outputs[(row * observed) + Array.IndexOf(_columns.Measured, limit.Name)] is var value && !(value >= limit.Low && value <= limit.High))
                .Select(limit => $"{limit}' on what is predicted");
            foreach (string limit in checker.Add(commands.AsSpan(row * width, width), measured.AsSpan(row * observed, observed)).Select(text => $"{text}'").Concat(predicted))
            {
                if (!broken.TryGetValue(limit, out List<int>? rows))
                    broken[limit] = rows = [];
                rows.Add(row);
            }
        }

        return broken.Select(limit => $"the recipe's limit '{limit.Key} would be broken in {Rows([.. limit.Value])}.");
    }

    private static string Rows(int[] rows) => rows.Length == 1
        ? $"row +{rows[0] + 1}"
        : $"rows {string.Join(", ", rows.Take(ShownRows).Select(row => $"+{row + 1}"))}{(rows.Length > ShownRows ? $" and {rows.Length - ShownRows} more" : "")}";

    private List<PlannedColumn> Draw(float[] inputs, float[] outputs, PredictionMargins margins, Dataset record, EpisodeRange known, EpisodeRange stretch)
    {
        int past = Math.Min(PlanPicture.ShownPast, known.Length), rows = inputs.Length / _columns.Inputs.Count;
        long after = known.Start + known.Length, first = after - past;
        int measured = (int)Math.Min(rows, stretch.Start + stretch.Length - after);
        List<PlannedColumn> drawn = [];
        for (int place = 0; place < _columns.Measured.Length; place++)
            drawn.Add(new PlannedColumn(
                _columns.Measured[place], _columns.Observations[place].Unit, false,
                PlanPicture.Column(record.Observation(first, past), place, _columns.Measured.Length), PlanPicture.Column(outputs, place, _columns.Measured.Length))
            {
                Uncertainty = margins.Interval(place, PlanPicture.IntervalAlpha) is { Length: > 0 } interval ? interval : null,
                Reference = measured > 0 ? PlanPicture.Column(record.Observation(after, measured), place, _columns.Measured.Length) : null,
            });
        for (int place = 0; place < _columns.Inputs.Count; place++)
            drawn.Add(new PlannedColumn(
                _columns.Inputs[place].Name, _columns.Inputs[place].Unit, !_columns.Inputs[place].IsDisturbance,
                PlanPicture.Column(record.Action(first, past), place, _columns.Inputs.Count), PlanPicture.Column(inputs, place, _columns.Inputs.Count))
            {
                IsDisturbance = _columns.Inputs[place].IsDisturbance,
            });
        return drawn;
    }
}

/// <summary>What the model predicts for one table of inputs.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Columns">Predicted outputs, then inputs; an output's reference is what was measured after the last known row, where that is known.</param>
/// <param name="Remarks">What was assumed, a sentence each.</param>
/// <param name="Warnings">Where the model extrapolates, and which limits would be broken.</param>
public sealed record WhatIfScenario(string Name, IReadOnlyList<PlannedColumn> Columns, IReadOnlyList<string> Remarks, IReadOnlyList<string> Warnings);

/// <summary>Scenarios side by side.</summary>
/// <param name="From">The last known row of the record, from 1.</param>
/// <param name="SamplingTime">Time between two rows.</param>
/// <param name="TimeUnit">Its unit.</param>
/// <param name="Scenarios">One for each file.</param>
public sealed record WhatIfResult(long From, double SamplingTime, string TimeUnit, IReadOnlyList<WhatIfScenario> Scenarios);
