using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models;
using Orrery.Planning;

namespace Orrery.Evaluation.Protocols;

/// <summary>What a plant's columns are to its model: measured, commanded, or a disturbance that is measured and not commanded.</summary>
internal sealed class PlantColumns
{
    /// <summary>An input with more levels than this is no switch.</summary>
    private const int MostLevels = 3;

    /// <summary>A switch shows its levels in fewer rows than this.</summary>
    private const long RowsToCountLevels = 200_000;

    private readonly WorldModel _model;
    private readonly Dataset _trained;
    private readonly float[]?[] _levels;

    public PlantColumns(WorldModel model, Dataset trained)
    {
        _model = model;
        _trained = trained;
        _levels = new float[trained.Spaces.Action.Size][];
        Observations = ((VectorSpace)trained.Spaces.Observation).Dimensions;
        Inputs = trained.Spaces.Action.Dimensions;
        CommandedPlaces = [.. Enumerable.Range(0, Inputs.Count).Where(place => !Inputs[place].IsDisturbance)];
        DisturbancePlaces = [.. Enumerable.Range(0, Inputs.Count).Where(place => Inputs[place].IsDisturbance)];
        Measured = [.. Observations.Select(dimension => dimension.Name)];
        Commanded = [.. CommandedPlaces.Select(place => Inputs[place].Name)];
        Disturbances = [.. DisturbancePlaces.Select(place => Inputs[place].Name)];
    }

    public IReadOnlyList<Dimension> Observations { get; }

    /// <summary>Commanded columns and disturbances, in the model's order.</summary>
    public IReadOnlyList<Dimension> Inputs { get; }

    public int[] CommandedPlaces { get; }

    public int[] DisturbancePlaces { get; }

    public string[] Measured { get; }

    public string[] Commanded { get; }

    public string[] Disturbances { get; }

    /// <summary>Standard deviation of an observation's column on the rows that were trained on.</summary>
    public double ObservationScale(int place) => _model.Description.Observation!.Scale[place];

    /// <summary>Standard deviation of a commanded column.</summary>
    public double CommandScale(int place) => _model.Description.Action.Scale[CommandedPlaces[place]];

    public (double Low, double High) RecordedObservation(int place) =>
        (_trained.Statistics.Observation!.Minimum[place], _trained.Statistics.Observation.Maximum[place]);

    public (double Low, double High) RecordedInput(int place) => (_trained.Statistics.Action.Minimum[place], _trained.Statistics.Action.Maximum[place]);

    /// <summary>The levels of an input that took two or three only, in order; empty for any other.</summary>
    public float[] RecordedLevels(int place) => _levels[place] ??= Levels(place);

    /// <summary>The commanded ones among the inputs of rows, [T, A].</summary>
    public float[] PickCommanded(ReadOnlySpan<float> inputs) => Pick(inputs, CommandedPlaces);

    /// <summary>The disturbances among the inputs of rows, [T, E].</summary>
    public float[] PickDisturbances(ReadOnlySpan<float> inputs) => Pick(inputs, DisturbancePlaces);

    /// <summary>Where the model's history begins that ends with the last row of a stretch.</summary>
    /// <exception cref="OrreryDataException">The stretch is shorter than the history.</exception>
    public long HistoryBefore(EpisodeRange stretch) => stretch.Length >= _model.History
        ? stretch.Start + stretch.Length - _model.History
        : throw new OrreryDataException(
            $"The record ends in a stretch of {stretch.Length} rows, but the model must see {_model.History}. Plan from a longer record.");

    /// <summary>Fails unless a record's columns are the model's in number.</summary>
    public void Check(Dataset record)
    {
        if (record.Spaces.Observation.Size != Observations.Count || record.Spaces.Action.Size != Inputs.Count)
            throw new OrreryDataException(
                $"The record has {record.Spaces.Observation.Size} observations and {record.Spaces.Action.Size} inputs, but the model was trained on "
                + $"{Observations.Count} and {Inputs.Count}. Name the columns in the same order as in training: {string.Join(", ", Measured.Concat(Inputs.Select(input => input.Name)))}.");
    }

    private float[] Levels(int place)
    {
        SortedSet<float> levels = [];
        for (long row = 0; row < Math.Min(_trained.Rows, RowsToCountLevels) && levels.Count <= MostLevels; row++)
            levels.Add(_trained.Action(row)[place]);
        return levels.Count is > 1 and <= MostLevels ? [.. levels] : [];
    }

    private float[] Pick(ReadOnlySpan<float> inputs, int[] places)
    {
        float[] picked = new float[inputs.Length / Inputs.Count * places.Length];
        for (int index = 0; index < picked.Length; index++)
            picked[index] = inputs[(index / places.Length * Inputs.Count) + places[index % places.Length]];
        return picked;
    }
}
