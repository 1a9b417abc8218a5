using System.Globalization;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Evaluation.Protocols;
using Orrery.Models;

namespace Orrery.Server;

/// <summary>Turns rows by name into the model's columns, and says what is wrong with those that are not.</summary>
internal sealed class RowReader
{
    private const int MostRows = 10_000;

    private readonly int _history;

    public RowReader(WorldModelDescription description)
    {
        Observations = ((VectorSpace)description.Spaces.Observation).Dimensions;
        Inputs = description.Spaces.Action.Dimensions;
        Commands = [.. Inputs.Where(input => !input.IsDisturbance)];
        Disturbances = [.. Inputs.Where(input => input.IsDisturbance)];
        _history = description.History;
    }

    public IReadOnlyList<Dimension> Observations { get; }

    /// <summary>Commanded columns and disturbances, in the model's order.</summary>
    public IReadOnlyList<Dimension> Inputs { get; }

    public IReadOnlyList<Dimension> Commands { get; }

    public IReadOnlyList<Dimension> Disturbances { get; }

    /// <summary>Rows of all columns, every value readable.</summary>
    /// <exception cref="RefusedException">They are not.</exception>
    public PlantWindow Window(IReadOnlyList<Dictionary<string, double?>> rows)
    {
        if (rows.Count < _history || rows.Count > MostRows)
            throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"window: {rows.Count:#,0} rows came; {_history:#,0} to {MostRows:#,0} were needed, as the model sees {_history:#,0}."));
        float[] observations = new float[rows.Count * Observations.Count], inputs = new float[rows.Count * Inputs.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"window, row {row + 1}");
            CheckNames(where, rows[row], Observations, Inputs);
            Read(where, rows[row], Observations, observations.AsSpan(row * Observations.Count));
            Read(where, rows[row], Inputs, inputs.AsSpan(row * Inputs.Count));
        }

        return new PlantWindow(observations, inputs, rows.Count);
    }

    /// <summary>What is measured now; NaN where a value cannot be read.</summary>
    /// <exception cref="RefusedException">A column is missing or unknown, or a number cannot be used.</exception>
    public (float[] Observation, float[] Disturbances) Row(Dictionary<string, double?> row)
    {
        CheckNames("row", row, Observations, Disturbances);
        float[] observation = new float[Observations.Count], disturbances = new float[Disturbances.Count];
        Read("row", row, Observations, observation, mayBeUnreadable: true);
        Read("row", row, Disturbances, disturbances, mayBeUnreadable: true);
        return (observation, disturbances);
    }

    /// <summary>A command.</summary>
    /// <exception cref="RefusedException">A column is missing or unknown, or a number cannot be used.</exception>
    public float[] Applied(Dictionary<string, double?> applied)
    {
        CheckNames("applied", applied, Commands, []);
        float[] command = new float[Commands.Count];
        Read("applied", applied, Commands, command);
        return command;
    }

    /// <summary>A command by name.</summary>
    public Dictionary<string, double> Named(ReadOnlySpan<float> command)
    {
        Dictionary<string, double> named = [];
        for (int column = 0; column < command.Length; column++)
            named[Commands[column].Name] = command[column];
        return named;
    }

    /// <summary>[A], the commanded ones among a row's inputs.</summary>
    public float[] PickCommands(ReadOnlySpan<float> inputs)
    {
        List<float> picked = [];
        for (int place = 0; place < Inputs.Count; place++)
        {
            if (!Inputs[place].IsDisturbance)
                picked.Add(inputs[place]);
        }

        return [.. picked];
    }

    /// <summary>[U], a row's inputs.</summary>
    public float[] Join(ReadOnlySpan<float> commands, ReadOnlySpan<float> disturbances)
    {
        float[] inputs = new float[Inputs.Count];
        int command = 0, disturbance = 0;
        for (int place = 0; place < inputs.Length; place++)
            inputs[place] = Inputs[place].IsDisturbance ? disturbances[disturbance++] : commands[command++];
        return inputs;
    }

    private static void CheckNames(string where, Dictionary<string, double?> row, IReadOnlyList<Dimension> first, IReadOnlyList<Dimension> second)
    {
        string[] needed = [.. first.Concat(second).Select(column => column.Name)];
        if (row.Keys.FirstOrDefault(name => !needed.Contains(name)) is { } unknown)
            throw new RefusedException(400, $"{where}: '{unknown}' came; the columns are {string.Join(", ", needed)}.{NearestName.Suggest(unknown, needed)}");
        if (needed.FirstOrDefault(name => !row.ContainsKey(name)) is { } missing)
            throw new RefusedException(400, $"{where}: {row.Count} columns came and '{missing}' is missing; the columns are {string.Join(", ", needed)}.");
    }

    private static void Read(string where, Dictionary<string, double?> row, IReadOnlyList<Dimension> columns, Span<float> into, bool mayBeUnreadable = false)
    {
        for (int place = 0; place < columns.Count; place++)
        {
            double? value = row[columns[place].Name];
            if (value is null && !mayBeUnreadable)
                throw new RefusedException(400, $"{where}: '{columns[place].Name}' is null; a number was needed.");
            if (value is { } number && !float.IsFinite((float)number))
                throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"{where}: '{columns[place].Name}' is {number}; a finite number of single precision was needed."));
            into[place] = (float)(value ?? double.NaN);
        }
    }
}
