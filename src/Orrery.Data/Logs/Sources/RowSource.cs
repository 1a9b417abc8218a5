namespace Orrery.Data.Logs.Sources;

/// <summary>The rows of a table, cell by cell, without keeping them: of a text file, a sheet, a database's answer, an array.</summary>
internal abstract class RowSource : IDisposable
{
    /// <summary>Names of the columns where the source knows them by itself; null where the first row may hold them.</summary>
    public virtual IReadOnlyList<string>? Names => null;

    /// <summary>Row of the file that was read last, from 1.</summary>
    public abstract long Row { get; }

    /// <summary>Number of cells in the row that was read last.</summary>
    public abstract int Count { get; }

    /// <summary>How much of the source has been read, 0..1; NaN where that cannot be told.</summary>
    public virtual double Share => double.NaN;

    /// <summary>Goes to the next row that is not blank; false at the end, however often it is asked.</summary>
    public abstract bool Next();

    /// <summary>A cell of the row that was read last, without white space around it; valid until the next call of any member.</summary>
    public abstract ReadOnlySpan<char> Cell(int column);

    /// <summary>Reads a cell as a number. Infinities and NaN count as numbers here; sources that hold numbers do not go through text.</summary>
    public abstract bool TryNumber(int column, out double value);

    /// <summary>Whether the source itself says that there is no value here, as null does. An empty cell of text does not say so.</summary>
    public virtual bool IsNull(int column) => false;

    public abstract void Dispose();

    /// <summary>Number of cells without the empty ones at the end.</summary>
    public int TrimmedCount()
    {
        var count = Count;
        while (count > 0 && Cell(count - 1).IsEmpty)
            count--;
        return count;
    }
}
