using System.Text.Json;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Serialization;

namespace Orrery.Data.Datasets;

/// <summary>
/// Writes a dataset folder episode by episode. Everything goes to a temporary folder beside it, which takes the final
/// name in <see cref="Complete"/>: half a dataset is never seen, whatever happens. Not thread-safe.
/// </summary>
public sealed class DatasetWriter : IDisposable
{
    private readonly DatasetSpaces _spaces;
    private readonly double _samplingTime;
    private readonly string _timeUnit;
    private Provenance _provenance;
    private readonly TargetFolder _folder;
    private readonly DatasetMeasure _measure;
    private readonly List<EpisodeRange> _episodes = [];
    private readonly ColumnWriter<byte>? _pixels;
    private readonly ColumnWriter<float>? _observations;
    private readonly ColumnWriter<float>? _actions;
    private readonly ColumnWriter<float>? _states;
    private readonly ColumnWriter<float>? _proprioceptions;
    private string? _recordName;
    private long _episodeStart;
    private bool _complete;

    /// <summary>Starts a dataset.</summary>
    /// <param name="folder">Where it shall be; must be missing or empty unless <paramref name="overwrite"/>.</param>
    /// <param name="spaces">Spaces of the columns.</param>
    /// <param name="samplingTime">Time between two rows, in <paramref name="timeUnit"/>; positive.</param>
    /// <param name="timeUnit">Unit of time.</param>
    /// <param name="provenance">Where the data come from.</param>
    /// <param name="overwrite">Replace the dataset that is there, once everything is written. Anything else is never replaced.</param>
    /// <exception cref="OrreryDataException">The folder exists, or cannot be written.</exception>
    public DatasetWriter(string folder, DatasetSpaces spaces, double samplingTime, string timeUnit, Provenance provenance, bool overwrite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(spaces);
        if (!double.IsFinite(samplingTime) || samplingTime <= 0)
            throw new ArgumentException($"DatasetWriter: the sampling time {samplingTime} must be a positive number.", nameof(samplingTime));
        if (spaces is { Observation: not ImageSpace, Proprioception: { } beside })
            throw new ArgumentException($"DatasetWriter: '{beside.Name}' is proprioception beside a vector; it stands beside pictures only. Make its numbers part of the observation.", nameof(spaces));
        _spaces = spaces;
        _samplingTime = samplingTime;
        _timeUnit = timeUnit;
        _provenance = provenance;
        _measure = new DatasetMeasure(spaces);
        _folder = new TargetFolder(folder, overwrite);
        try
        {
            if (spaces.Observation is ImageSpace image)
                _pixels = Guarded(() => new ColumnWriter<byte>(PathOf(Dataset.ObservationColumn), NpyType.UInt8, [image.Channels, image.Height, image.Width]));
            else
                _observations = Vector(Dataset.ObservationColumn, spaces.Observation);
            _actions = Vector(Dataset.ActionColumn, spaces.Action);
            _states = spaces.State is { } state ? Vector(Dataset.StateColumn, state) : null;
            _proprioceptions = spaces.Proprioception is { } proprioception ? Vector(Dataset.ProprioceptionColumn, proprioception) : null;
        }
        catch
        {
            Dispose();
            throw;
        }

        ColumnWriter<float> Vector(string name, Space space) =>
            Guarded(() => new ColumnWriter<float>(PathOf(name), NpyType.Float32, [space.Size]));
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Begins an episode.</summary>
    /// <param name="recordName">Where it comes from.</param>
    /// <exception cref="InvalidOperationException">Another episode has not ended.</exception>
    public void BeginEpisode(string recordName)
    {
        ArgumentNullException.ThrowIfNull(recordName);
        if (_recordName is not null)
            throw new InvalidOperationException($"DatasetWriter.BeginEpisode: the episode '{_recordName}' has not ended; call EndEpisode first.");
        _recordName = recordName;
        _episodeStart = Rows;
    }

    /// <summary>Appends one row with a picture.</summary>
    /// <param name="pixels">[Channels, Height, Width] bytes.</param>
    /// <param name="action">[A], taken at this observation; zeros in an episode's last row.</param>
    /// <param name="state">[state size] if the dataset has a state column, else empty.</param>
    /// <param name="proprioception">[P] in physical units if the dataset has a proprioception column, else empty.</param>
    /// <exception cref="ArgumentException">A length is wrong or a number is not finite.</exception>
    /// <exception cref="OrreryDataException">The disk is full or cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> action, ReadOnlySpan<float> state = default, ReadOnlySpan<float> proprioception = default)
    {
        if (_pixels is null)
            throw new InvalidOperationException("DatasetWriter.Append: the observation space is a vector; append floats.");
        CheckLength("observation", pixels.Length, _spaces.Observation.Size);
        CheckRow(action, state);
        CheckOptional("proprioception", proprioception, _spaces.Proprioception);
        try
        {
            _pixels.Append(pixels);
            _proprioceptions?.Append(proprioception);
            AppendRest(action, state);
        }
        catch (Exception exception) when (FileErrors.Knows(exception))
        {
            throw FileErrors.Translate("write the dataset", _folder.Final, exception);
        }

        _measure.Add(pixels, action, state, proprioception);
    }

    /// <summary>Appends one row with an observation vector.</summary>
    /// <param name="observation">[O] in physical units.</param>
    /// <param name="action">[A], taken at this observation; zeros in an episode's last row.</param>
    /// <param name="state">[state size] if the dataset has a state column, else empty.</param>
    /// <exception cref="ArgumentException">A length is wrong or a number is not finite.</exception>
    /// <exception cref="OrreryDataException">The disk is full or cannot be written.</exception>
    public void Append(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> state = default)
    {
        if (_observations is null)
            throw new InvalidOperationException("DatasetWriter.Append: the observation space is a picture; append bytes.");
        CheckNumbers("observation", observation, (VectorSpace)_spaces.Observation);
        CheckRow(action, state);
        try
        {
            _observations.Append(observation);
            AppendRest(action, state);
        }
        catch (Exception exception) when (FileErrors.Knows(exception))
        {
            throw FileErrors.Translate("write the dataset", _folder.Final, exception);
        }

        _measure.Add(observation, action, state);
    }

    /// <summary>Ends the episode.</summary>
    /// <param name="end">Why it stops.</param>
    /// <exception cref="InvalidOperationException">No episode has begun, or it has no row.</exception>
    public void EndEpisode(EpisodeEnd end)
    {
        if (_recordName is null)
            throw new InvalidOperationException("DatasetWriter.EndEpisode: no episode has begun; call BeginEpisode first.");
        if (Rows == _episodeStart)
            throw new InvalidOperationException($"DatasetWriter.EndEpisode: the episode '{_recordName}' has no row; append at least one.");
        _episodes.Add(new EpisodeRange(_episodeStart, checked((int)(Rows - _episodeStart)), end, _recordName));
        _recordName = null;
    }

    /// <summary>Ends the episode under a name that was not known when it began.</summary>
    internal void EndEpisode(EpisodeEnd end, string recordName)
    {
        _recordName = _recordName is null ? null : recordName;
        EndEpisode(end);
    }

    /// <summary>Writes a whole episode.</summary>
    public void Write(Trajectory trajectory)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        BeginEpisode(trajectory.RecordName);
        for (var row = 0; row < trajectory.Length; row++)
        {
            if (_pixels is not null)
                Append(trajectory.Pixels(row), trajectory.Action(row), trajectory.State(row), trajectory.Proprioception(row));
            else
                Append(trajectory.Observation(row), trajectory.Action(row), trajectory.State(row));
        }

        EndEpisode(trajectory.End);
    }

    /// <summary>Flushes to the disk, hashes, and gives the folder its name.</summary>
    /// <param name="provenance">Where the data come from, if more is known now than when the writer was made.</param>
    /// <returns>The dataset's hash.</returns>
    /// <exception cref="InvalidOperationException">An episode has not ended, or this was called before.</exception>
    /// <exception cref="OrreryDataException">There is no row, or the disk is full or cannot be written.</exception>
    public string Complete(Provenance? provenance = null)
    {
        _provenance = provenance ?? _provenance;
        if (_recordName is not null)
            throw new InvalidOperationException($"DatasetWriter.Complete: the episode '{_recordName}' has not ended; call EndEpisode first.");
        if (_complete)
            throw new InvalidOperationException("DatasetWriter.Complete: the dataset is complete already.");
        if (Rows == 0)
            throw new OrreryDataException($"The dataset '{_folder.Final}' would be empty, so it was not written. Give data with at least one row.");
        return Guarded(() =>
        {
            var columns = new List<DatasetColumn>
            {
                new(Dataset.ObservationColumn, FileOf(Dataset.ObservationColumn), _pixels?.Complete() ?? _observations!.Complete()),
                new(Dataset.ActionColumn, FileOf(Dataset.ActionColumn), _actions!.Complete()),
            };
            if (_states is not null)
                columns.Add(new DatasetColumn(Dataset.StateColumn, FileOf(Dataset.StateColumn), _states.Complete()));
            if (_proprioceptions is not null)
                columns.Add(new DatasetColumn(Dataset.ProprioceptionColumn, FileOf(Dataset.ProprioceptionColumn), _proprioceptions.Complete()));
            var document = new DatasetDocument(
                Dataset.FormatVersion, _spaces, _samplingTime, _timeUnit, Rows, columns, _episodes, _measure.ToStatistics(), _provenance, "");
            document = document with { Hash = document.ComputeHash() };
            AtomicFile.Write(
                Path.Combine(_folder.Temporary, DatasetDocument.FileName),
                stream => JsonSerializer.Serialize(stream, document, DatasetJson.Default.DatasetDocument));
            _folder.Publish();
            _complete = true;
            return document.Hash;
        });
    }

    /// <summary>Removes the temporary folder if <see cref="Complete"/> was not reached.</summary>
    public void Dispose()
    {
        _pixels?.Dispose();
        _observations?.Dispose();
        _actions?.Dispose();
        _states?.Dispose();
        _proprioceptions?.Dispose();
        _folder.Dispose();
    }

    private static string FileOf(string column) => column + ".npy";

    private string PathOf(string column) => Path.Combine(_folder.Temporary, FileOf(column));

    private T Guarded<T>(Func<T> function) => FileErrors.Guard("write the dataset", _folder.Final, function);

    private void AppendRest(ReadOnlySpan<float> action, ReadOnlySpan<float> state)
    {
        _actions!.Append(action);
        _states?.Append(state);
        Rows++;
    }

    private void CheckRow(ReadOnlySpan<float> action, ReadOnlySpan<float> state)
    {
        if (_recordName is null)
            throw new InvalidOperationException("DatasetWriter.Append: no episode has begun; call BeginEpisode first.");
        CheckNumbers("action", action, _spaces.Action);
        CheckOptional("state", state, _spaces.State);
    }

    private void CheckOptional(string what, ReadOnlySpan<float> numbers, VectorSpace? space)
    {
        if (space is not null)
            CheckNumbers(what, numbers, space);
        else
            CheckLength(what, numbers.Length, 0);
    }

    private void CheckNumbers(string what, ReadOnlySpan<float> numbers, VectorSpace space)
    {
        CheckLength(what, numbers.Length, space.Size);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                throw new ArgumentException(
                    $"DatasetWriter.Append: {what} '{space.Dimensions[i].Name}' of row {Rows:N0} is {numbers[i]}; a finite number was needed.");
            }
        }
    }

    private static void CheckLength(string what, int came, int needed)
    {
        if (came != needed)
            throw new ArgumentException($"DatasetWriter.Append: a {what} of {came} numbers came; {needed} were needed.");
    }
}
