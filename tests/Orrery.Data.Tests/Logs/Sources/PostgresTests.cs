using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;

namespace Orrery.Data.Tests.Logs.Sources;

/// <summary>A PostgreSQL server of these tests' own, in a temporary folder, stopped and removed afterwards.</summary>
public sealed class PostgresServer : IDisposable
{
    public const string Password = "open-sesame-7";
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-postgres-").FullName;

    public PostgresServer()
    {
        if (Programs is null)
            return;
        Port = FreePort();
        File.WriteAllText(Path.Combine(_folder, "password"), Password);
        if (IsRoot)
            Run("chown", "-R", "postgres", _folder);
        AsOwner("initdb", "-D", Data, "-U", "plant", "--auth=scram-sha-256", $"--pwfile={Path.Combine(_folder, "password")}", "-N", "-E", "UTF8");
        AsOwner(
            "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "server.log"), "-o",
            string.Create(CultureInfo.InvariantCulture, $"-c listen_addresses=127.0.0.1 -c port={Port} -c unix_socket_directories={_folder} -c fsync=off"), "start");
    }

    /// <summary>Where the server's programs are; null where none are installed.</summary>
    public static string? Programs { get; } = FindPrograms();

    public int Port { get; }

    private static bool IsRoot => Environment.UserName == "root";

    private string Data => Path.Combine(_folder, "data");

    public void Dispose()
    {
        if (Programs is not null)
            AsOwner("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static string? FindPrograms()
    {
        IEnumerable<string> places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : []);
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "pg_ctl")));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The server refuses to run as root, so root lends its work to the user that the package made.</summary>
    private static void AsOwner(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        if (IsRoot)
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else
            Run(path, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/tmp", RedirectStandardOutput = false })!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}

/// <summary>A test that needs a PostgreSQL server, and is skipped, saying so, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (PostgresServer.Programs is null)
            Skip = "PostgreSQL is absent: apt-get install postgresql.";
    }
}

public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly LogOptions Options = new(["level"], ["valve"], TimeColumn: "time");
    private readonly TemporaryFolder _temporary = new();

    private string Place => string.Create(CultureInfo.InvariantCulture, $"postgres://plant:{PostgresServer.Password}@127.0.0.1:{server.Port}/postgres?sslmode=disable");

    public void Dispose() => _temporary.Dispose();

    [PostgresFact]
    public void A_query_gives_the_same_dataset_as_a_file()
    {
        Execute("create table tank (time double precision, valve real, level double precision, note text)");
        foreach (double[] row in TableFiles.Rows)
            Execute(string.Create(CultureInfo.InvariantCulture, $"insert into tank values ({row[0]:R}, {row[1]:R}, {row[2]:R}, 'x')"));
        File.WriteAllText(_temporary.File("postgres.csv"), TableFiles.Separated(","));
        using Dataset file = LogImporter.Import(_temporary.File("postgres.csv"), Options, _temporary.File("file"));
        using Dataset answer = LogImporter.Import(Place, Options with { Query = "select * from tank order by time" }, _temporary.File("answer"));
        Assert.Equal(file.Hash, answer.Hash);
        using Dataset table = LogImporter.Import(
            $"Host=127.0.0.1;Port={server.Port};Username=plant;Password={PostgresServer.Password};Database=postgres", Options with { Table = "public.tank" }, _temporary.File("table"));
        Assert.Equal(file.Hash, table.Hash);
        foreach (string written in Directory.EnumerateFiles(_temporary.Path, "*.json", SearchOption.AllDirectories))
            Assert.DoesNotContain(PostgresServer.Password, File.ReadAllText(written), StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Moments_nulls_and_whole_numbers_are_understood()
    {
        const string query = "select timestamp '2024-03-01 00:00:00' + n * interval '2 seconds' as time, n as valve, case when n = 2 then null else n::numeric / 4 end as level from generate_series(0, 4) n";
        LogTable table = LogTable.Read(Place, Options with { Query = query });
        Assert.Equal([0, 0.25, 0.75, 1], table.Columns[0]);
        Assert.Equal((2, 1L), (table.SamplingTime, table.MissingRows));
    }

    [PostgresFact]
    public void Nothing_is_changed_and_errors_never_hold_the_password()
    {
        foreach (LogOptions options in (LogOptions[])[Options, Options with { Query = "create table made (n integer)" }, Options with { Query = "select nothing" }, Options with { Table = "nowhere" }])
        {
            string message = Assert.Throws<OrreryDataException>(() => LogTable.Read(Place, options)).Message;
            Assert.DoesNotContain(PostgresServer.Password, message, StringComparison.Ordinal);
            Assert.Contains("postgres", message, StringComparison.Ordinal);
        }

        Assert.Throws<PostgresException>(() => Execute("select * from made"));
        OrreryDataException refused = Assert.Throws<OrreryDataException>(
            () => LogTable.Read(Place.Replace(PostgresServer.Password, "wrong-word", StringComparison.Ordinal), Options with { Query = "select 1" }));
        Assert.StartsWith($"Cannot connect to the database 'postgres' at 127.0.0.1:{server.Port}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-word", refused.ToString(), StringComparison.Ordinal);
    }

    private void Execute(string sql)
    {
        using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={server.Port};Username=plant;Password={PostgresServer.Password};Database=postgres;SSL Mode=Disable");
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
