using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Serialization;

namespace Orrery.Data.Datasets;

/// <summary>
/// A dataset folder, opened for reading: <c>dataset.json</c> and one memory-mapped <c>.npy</c> per column, which NumPy
/// opens too. Safe to read from several threads; spans are valid until <see cref="Dispose"/>.
/// </summary>
public sealed class Dataset : IDisposable
{
    /// <summary>Newest format version that this code reads and the one that it writes.</summary>
    public const int FormatVersion = 2;

    internal const string ObservationColumn = "observation";
    internal const string ActionColumn = "action";
    internal const string StateColumn = "state";
    internal const string ProprioceptionColumn = "proprioception";

    private const int HashChunk = 1 << 20;

    private readonly DatasetDocument _document;
    private readonly NpyColumn _observation;
    private readonly NpyColumn _action;
    private readonly NpyColumn? _state;
    private readonly NpyColumn? _proprioception;

    private Dataset(string folder, DatasetDocument document, Dictionary<string, NpyColumn> columns)
    {
        Folder = folder;
        _document = document;
        _observation = columns[ObservationColumn];
        _action = columns[ActionColumn];
        _state = columns.GetValueOrDefault(StateColumn);
        _proprioception = columns.GetValueOrDefault(ProprioceptionColumn);
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Spaces of the columns.</summary>
    public DatasetSpaces Spaces => _document.Spaces;

    /// <summary>Time between two rows, in <see cref="TimeUnit"/>.</summary>
    public double SamplingTime => _document.SamplingTime;

    /// <summary>Unit of time.</summary>
    public string TimeUnit => _document.TimeUnit;

    /// <summary>The episodes, in the order of their rows; they cover every row once.</summary>
    public IReadOnlyList<EpisodeRange> Episodes => _document.Episodes;

    /// <summary>Number of rows.</summary>
    public long Rows => _document.Rows;

    /// <summary>SHA-256 over spaces, clock, episodes and columns, lower-case hexadecimal.</summary>
    public string Hash => _document.Hash;

    /// <summary>Statistics over all rows; for people. Normalise with <see cref="Measure"/> of the training part instead.</summary>
    public DatasetStatistics Statistics => _document.Statistics;

    /// <summary>Where the data came from.</summary>
    public Provenance Provenance => _document.Provenance;

    /// <summary>Whether the observation is a picture.</summary>
    public bool HasPictures => Spaces.Observation is ImageSpace;

    /// <summary>Whether the privileged state was recorded.</summary>
    public bool HasState => _state is not null;

    /// <summary>Whether proprioception was recorded beside the pictures.</summary>
    public bool HasProprioception => _proprioception is not null;

    /// <summary>Opens a dataset folder. Checks versions, sizes and the hash of <c>dataset.json</c>, but not every byte: see <see cref="VerifyHash"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="OrreryDataException">It is not a dataset, is damaged, or is of a newer version.</exception>
    public static Dataset Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        var document = DatasetDocument.Read(folder);
        var columns = new Dictionary<string, NpyColumn>(StringComparer.Ordinal);
        try
        {
            OpenColumn(ObservationColumn, document.Spaces.Observation);
            OpenColumn(ActionColumn, document.Spaces.Action);
            if (document.Spaces.State is { } state)
                OpenColumn(StateColumn, state);
            if (document.Spaces.Proprioception is { } proprioception)
                OpenColumn(ProprioceptionColumn, proprioception);
            return new Dataset(folder, document, columns);
        }
        catch
        {
            foreach (var column in columns.Values)
                column.Dispose();
            throw;
        }

        void OpenColumn(string name, Space space)
        {
            var entry = document.Columns.FirstOrDefault(column => column.Name == name)
                ?? throw new OrreryDataException($"The dataset '{folder}' is damaged: dataset.json names no file for the column '{name}'. Write the dataset again.");
            var path = Path.Combine(folder, Path.GetFileName(entry.File));
            var column = FileErrors.Guard("read the dataset's column", path, () => NpyColumn.Open(path));
            columns.Add(name, column);
            var type = space is ImageSpace ? NpyType.UInt8 : NpyType.Float32;
            if (column.Rows != document.Rows || column.RowLength != space.Size || column.Type != type)
            {
                throw new OrreryDataException(
                    $"The dataset '{folder}' is damaged: '{entry.File}' holds {column.Rows:N0} rows of {column.RowLength} {column.Type} numbers, "
                    + $"but dataset.json says {document.Rows:N0} rows of {space.Size} {type} numbers. Write the dataset again.");
            }
        }
    }

    /// <summary>Picture of a row, [Channels, Height, Width] bytes.</summary>
    /// <exception cref="InvalidOperationException">The observation is not a picture.</exception>
    public ReadOnlySpan<byte> Pixels(long row) => Pixels(row, 1);

    /// <summary>Pictures of <paramref name="count"/> rows from <paramref name="row"/> on, [count, Channels, Height, Width] bytes.</summary>
    /// <exception cref="InvalidOperationException">The observation is not a picture.</exception>
    public ReadOnlySpan<byte> Pixels(long row, int count)
    {
        if (!HasPictures)
            throw new InvalidOperationException("Dataset.Pixels: the observation is a vector; read Observation instead.");
        return _observation.Span<byte>(row, count);
    }

    /// <summary>Observation vector of a row, [O] in physical units.</summary>
    /// <exception cref="InvalidOperationException">The observation is a picture.</exception>
    public ReadOnlySpan<float> Observation(long row) => Observation(row, 1);

    /// <summary>Observation vectors of <paramref name="count"/> rows from <paramref name="row"/> on, [count, O].</summary>
    /// <exception cref="InvalidOperationException">The observation is a picture.</exception>
    public ReadOnlySpan<float> Observation(long row, int count)
    {
        if (HasPictures)
            throw new InvalidOperationException("Dataset.Observation: the observation is a picture; read Pixels instead.");
        return _observation.Span<float>(row, count);
    }

    /// <summary>Action of a row, [A] in physical units.</summary>
    public ReadOnlySpan<float> Action(long row) => _action.Span<float>(row, 1);

    /// <summary>Actions of <paramref name="count"/> rows from <paramref name="row"/> on, [count, A].</summary>
    public ReadOnlySpan<float> Action(long row, int count) => _action.Span<float>(row, count);

    /// <summary>Privileged state of a row. For evaluation only.</summary>
    /// <exception cref="InvalidOperationException">No state was recorded.</exception>
    public ReadOnlySpan<float> State(long row) => State(row, 1);

    /// <summary>Privileged states of <paramref name="count"/> rows from <paramref name="row"/> on. For evaluation only.</summary>
    /// <exception cref="InvalidOperationException">No state was recorded.</exception>
    public ReadOnlySpan<float> State(long row, int count) =>
        _state is null
            ? throw new InvalidOperationException("Dataset.State: this dataset holds no privileged state.")
            : _state.Span<float>(row, count);

    /// <summary>Proprioception of a row, [P] in physical units.</summary>
    /// <exception cref="InvalidOperationException">None was recorded.</exception>
    public ReadOnlySpan<float> Proprioception(long row) =>
        _proprioception is null
            ? throw new InvalidOperationException("Dataset.Proprioception: this dataset holds no proprioception.")
            : _proprioception.Span<float>(row, 1);

    /// <summary>Statistics of a part of the rows, such as the training part, to normalise with.</summary>
    /// <param name="part">Episodes, or parts of them, of this dataset.</param>
    public DatasetStatistics Measure(IReadOnlyList<EpisodeRange> part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var gathering = new DatasetMeasure(Spaces);
        foreach (var episode in part)
        {
            for (var row = episode.Start; row < episode.Start + episode.Length; row++)
            {
                if (HasPictures)
                    gathering.Add(Pixels(row), Action(row), _state is null ? default : State(row), _proprioception is null ? default : Proprioception(row));
                else
                    gathering.Add(Observation(row), Action(row), _state is null ? default : State(row));
            }
        }

        return gathering.ToStatistics();
    }

    /// <summary>Reads every byte and compares with <see cref="Hash"/>.</summary>
    /// <exception cref="OrreryDataException">The contents are not those that were written.</exception>
    public void VerifyHash()
    {
        Verify(ObservationColumn, _observation);
        Verify(ActionColumn, _action);
        if (_state is not null)
            Verify(StateColumn, _state);
        if (_proprioception is not null)
            Verify(ProprioceptionColumn, _proprioception);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _observation.Dispose();
        _action.Dispose();
        _state?.Dispose();
        _proprioception?.Dispose();
    }

    private void Verify(string name, NpyColumn column)
    {
        var entry = _document.Columns.First(candidate => candidate.Name == name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var step = Math.Max(1, HashChunk / Math.Max(1, column.RowLength));
        for (var row = 0L; row < column.Rows; row += step)
        {
            var count = (int)Math.Min(step, column.Rows - row);
            hash.AppendData(column.Type == NpyType.UInt8 ? column.Span<byte>(row, count) : MemoryMarshal.AsBytes(column.Span<float>(row, count)));
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != entry.Sha256)
        {
            throw new OrreryDataException(
                $"The dataset '{Folder}' is not what was written: the hash of '{entry.File}' does not match. "
                + "The file was changed or damaged; restore it, or import or collect the dataset again.");
        }
    }
}
