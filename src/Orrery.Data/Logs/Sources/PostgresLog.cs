using System.Net.Sockets;
using Npgsql;

namespace Orrery.Data.Logs.Sources;

/// <summary>Opens a query or a table of a PostgreSQL database, for reading only. Nothing that it says holds the password.</summary>
internal static class PostgresLog
{
    /// <summary>Whether a log's place is that of a database: <c>postgres://user@host/database</c> or <c>Host=...;Database=...</c>.</summary>
    public static bool Knows(string place) => IsAddress(place) || place.StartsWith("Host=", StringComparison.OrdinalIgnoreCase);

    /// <summary>The database's name, which stands for the whole log.</summary>
    /// <exception cref="OrreryDataException">The connection string is not understood.</exception>
    public static string Name(string place) => Read(place).Database is { Length: > 0 } name ? name : "postgres";

    /// <summary>Opens it.</summary>
    /// <exception cref="OrreryDataException">The server cannot be reached, or refuses.</exception>
    public static QueryRows Open(string place, LogOptions options)
    {
        NpgsqlConnectionStringBuilder settings = Read(place);
        string query = options.Query
            ?? (options.Table is { } table
                ? $"select * from {string.Join('.', table.Split('.').Select(part => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))}"
                : throw new OrreryDataException($"The database '{Name(place)}' needs to be told what to give. Name a table with --table, or ask with --query \"select ... order by ...\"."));
        settings.Pooling = false;
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on".Trim();
        NpgsqlConnection connection = new(settings.ToString());
        try
        {
            connection.Open();
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or TimeoutException or InvalidOperationException or ArgumentException)
        {
            connection.Dispose();
            string reason = exception is PostgresException refused ? refused.MessageText : QueryRows.Reason(exception);
            throw new OrreryDataException($"Cannot connect to the database '{Name(place)}' at {settings.Host}:{settings.Port}: {reason}. Check the address, the user and the password (PGPASSWORD or ~/.pgpass keep it off the command line).", exception);
        }

        return new QueryRows(connection, query, Name(place));
    }

    private static bool IsAddress(string place) =>
        place.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder Read(string place)
    {
        try
        {
            return IsAddress(place) ? FromAddress(place) : new NpgsqlConnectionStringBuilder(place);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            // What was typed may hold a password, so it is not repeated, nor is what the parser says about it.
#pragma warning disable MA0054
            throw new OrreryDataException("The database's connection string is not understood. Write postgres://user@host:port/database or \"Host=...;Database=...;Username=...\".");
#pragma warning restore MA0054
        }
    }

    private static NpgsqlConnectionStringBuilder FromAddress(string place)
    {
        Uri address = new(place);
        string[] user = address.UserInfo.Split(':', 2);
        NpgsqlConnectionStringBuilder settings = new() { Host = address.Host.Length > 0 ? Uri.UnescapeDataString(address.Host) : "localhost" };
        if (address.Port > 0)
            settings.Port = address.Port;
        if (address.AbsolutePath.Length > 1)
            settings.Database = Uri.UnescapeDataString(address.AbsolutePath[1..]);
        if (user[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            settings.Password = Uri.UnescapeDataString(user[1]);
        foreach (string pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            settings[parts[0] == "sslmode" ? "SSL Mode" : parts[0]] = Uri.UnescapeDataString(parts.Length > 1 ? parts[1].Replace("-", "", StringComparison.Ordinal) : "");
        }

        return settings;
    }
}
