namespace Orrery.Planning.Audit;

/// <summary>How long a record may take to be safe.</summary>
public enum AuditDurability
{
    /// <summary>With the operating system before the action is returned: the process may be killed at any moment and no record is lost; a power failure may cost the last seconds.</summary>
    Process,

    /// <summary>On the disk before the action is returned: a power failure loses no record either. It costs what the disk takes, often milliseconds.</summary>
    Disk,
}

/// <summary>How an audit log is kept.</summary>
/// <param name="Key">Seals every record; null for the hash chain alone.</param>
/// <param name="LargestFile">Bytes after which a new file is begun, at least 4,096.</param>
/// <param name="NewFileEachDay">Whether a new file is begun at midnight UTC as well.</param>
/// <param name="Durability">When a record counts as written.</param>
/// <param name="KeepObservations">Whether observations are kept, or their hash alone.</param>
/// <param name="LargestObservation">Bytes up to which an observation is kept; of larger ones the hash alone is. At most 16 MiB.</param>
/// <param name="Time">The clock; the system's when left out.</param>
/// <param name="Report">Told in one sentence when a torn record was set aside or the log was not closed before, when records begin to be lost, and when they are written again.</param>
public sealed record AuditLogOptions(
    AuditKey? Key = null,
    long LargestFile = 64L << 20,
    bool NewFileEachDay = false,
    AuditDurability Durability = AuditDurability.Process,
    bool KeepObservations = true,
    int LargestObservation = 1 << 20,
    TimeProvider? Time = null,
    Action<string>? Report = null)
{
    private const int MostObserved = 16 << 20;

    /// <summary>What stands between the log and its file, so that a full disk can be played.</summary>
    internal Func<Stream, Stream> Through { get; init; } = file => file;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestFile, 4096);
        ArgumentOutOfRangeException.ThrowIfNegative(LargestObservation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LargestObservation, MostObserved);
    }
}

/// <summary>Where a log ends: kept elsewhere, it shows later that nothing before it was cut off.</summary>
/// <param name="Sequence">The number of the last record.</param>
/// <param name="Hash">Its hash, 64 hexadecimal digits.</param>
public sealed record AuditHead(long Sequence, string Hash)
{
    /// <summary>As it is printed.</summary>
    public override string ToString() => $"{Sequence}:{Hash}";
}
