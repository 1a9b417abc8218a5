using Microsoft.Data.Sqlite;

namespace Orrery.Data.Logs.Sources;

/// <summary>Opens a table of a SQLite file, or a query on it, for reading only.</summary>
internal static class SqliteLog
{
    /// <summary>Opens it.</summary>
    /// <exception cref="OrreryDataException">The file is damaged, or it is not clear which table is meant.</exception>
    public static QueryRows Open(string path, string source, LogOptions options)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new QueryRows(connection, options.Query ?? $"select * from {Quoted(Table(connection, source, options.Table))}", source);
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw new OrreryDataException($"{source} cannot be read as a SQLite database: {QueryRows.Reason(exception)}. Check the file.", exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Table(SqliteConnection connection, string source, string? wanted)
    {
        List<string> names = [];
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite!_%' escape '!' order by name";
        using (SqliteDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
                names.Add(reader.GetString(0));
        }

        if (wanted is null && names.Count == 1)
            return names[0];
        string listed = names.Count == 0 ? "it has none" : string.Join(", ", names);
        if (wanted is null)
            throw new OrreryDataException($"{source} is a database. Say which table with --table, or ask with --query \"select ...\". Its tables are: {listed}.");
        return names.FirstOrDefault(name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase))
            ?? throw new OrreryDataException($"{source} has no table '{wanted}'.{NearestName.Suggest(wanted, names)} Its tables are: {listed}.");
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
