using Orrery.Data;
using Orrery.Data.Logs;

namespace Orrery.Evaluation.Protocols;

/// <summary>What a file says of some columns' future: those that it has, and those that it has not.</summary>
/// <param name="Source">The file's name.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Values">By column: a value per row.</param>
/// <param name="Missing">Wanted columns that the file does not have.</param>
/// <param name="Ignored">Columns of the file that are not wanted.</param>
internal sealed record FutureTable(
    string Source, int Rows, IReadOnlyDictionary<string, IReadOnlyList<double>> Values, IReadOnlyList<string> Missing, IReadOnlyList<string> Ignored)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">The columns that it may have; at least one of them it must.</param>
    /// <param name="what">What they are, for messages, such as <c>an input of the model</c>.</param>
    /// <param name="known">Other names that the model knows; a column of such a name is not taken for a misspelt one.</param>
    /// <exception cref="OrreryDataException">It cannot be read, has none of the columns, or one that looks like a misspelt name.</exception>
    public static FutureTable Read(string path, IReadOnlyList<string> wanted, string what, IReadOnlyList<string> known)
    {
        NumberTable table = NumberTable.Read(path);
        string[] missing = [.. wanted.Except(table.Names)], ignored = [.. table.Names.Except(wanted)];
        foreach (string name in ignored.Except(known))
        {
            if (NearestName.Find(name, missing) is { } meant)
                throw new OrreryDataException($"{table.Source}: '{name}' is not {what}. Did you mean '{meant}'? Rename the column.");
        }

        if (missing.Length == wanted.Count)
            throw new OrreryDataException(
                $"{table.Source} has no column that is {what}. Its columns are {string.Join(", ", table.Names)}; needed is at least one of {string.Join(", ", wanted)}.");
        return new FutureTable(
            table.Source, table.Rows, wanted.Except(missing).ToDictionary(name => name, table.Column), missing, ignored);
    }
}
