using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Cli.Tests;

public sealed class AuditCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-audit-").FullName;

    private string Log => Path.Combine(_folder, "log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2, "See 'orrery audit verify --help'.", "verify")]
    [InlineData(1, "There is no audit log", "verify", "nowhere")]
    [InlineData(1, "There is no audit log", "show", "nowhere")]
    [InlineData(1, "There is no audit log", "replay", "nowhere", "--run", "nothing")]
    [InlineData(2, "--run", "replay", "LOG")]
    [InlineData(1, "does not exist", "replay", "LOG", "--run", "nothing")]
    [InlineData(2, "64 hexadecimal digits", "verify", "LOG", "--head", "xyz")]
    [InlineData(2, "64 hexadecimal digits", "verify", "LOG", "--after", "5:abc")]
    [InlineData(1, "cannot be read", "verify", "LOG", "--key-file", "nokey")]
    [InlineData(1, "a key has 16 to", "verify", "LOG", "--key-file", "SHORT")]
    [InlineData(2, "--from is 'yesterday'", "show", "LOG", "--from", "yesterday")]
    [InlineData(2, "--only is 'everything'", "show", "LOG", "--only", "everything")]
    [InlineData(1, "is not a record", "show", "NONSENSE")]
    [InlineData(1, "holds no audit log", "verify", "EMPTY")]
    public async Task What_is_wrong_is_one_sentence_and_an_exit_code(int code, string says, params string[] arguments)
    {
        AuditLog.Open(Log).Dispose();
        string shortKey = Path.Combine(_folder, "short"), nonsense = Path.Combine(_folder, "nonsense"), empty = Path.Combine(_folder, "empty");
        File.WriteAllText(shortKey, "x");
        File.WriteAllText(nonsense, "{}\n");
        Directory.CreateDirectory(empty);
        (int Code, string Output, string Error) result = await RunAsync([.. arguments.Select(argument => argument switch
        {
            "LOG" => Log,
            "SHORT" => shortKey,
            "NONSENSE" => nonsense,
            "EMPTY" => empty,
            _ => argument,
        })]);
        Assert.Equal(code, result.Code);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_valid_log_is_said_to_be_valid_and_a_changed_one_is_not()
    {
        AuditLog.Open(Log).Dispose();
        (int Code, string Output, string Error) valid = await RunAsync("verify", Log);
        Assert.Equal(0, valid.Code);
        Assert.StartsWith("valid: 2 records", valid.Output, StringComparison.Ordinal);
        string head = valid.Output.Split("head ")[1].Trim();
        Assert.Equal(0, (await RunAsync("verify", Log, "--head", head)).Code);

        string file = Path.Combine(Log, "audit-000001.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("closed", "opened", StringComparison.Ordinal));
        (int Code, string Output, string Error) changed = await RunAsync("verify", Log);
        Assert.Equal(1, changed.Code);
        Assert.Contains("audit-000001.jsonl, line 2, record 1: the record was changed", changed.Output, StringComparison.Ordinal);
        Assert.Contains("NOT VALID", changed.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await RunAsync("verify", Log, "--json")).Output);
        Assert.Equal(2, json.RootElement.GetProperty("problems")[0].GetProperty("line").GetInt64());
    }

    [Fact]
    public async Task Records_are_shown_as_lines_and_as_they_are()
    {
        AuditLog.Open(Log).Dispose();
        Assert.Contains("the log was closed", (await RunAsync("show", Log)).Output, StringComparison.Ordinal);
        using JsonDocument all = JsonDocument.Parse((await RunAsync("show", Log, "--json")).Output);
        Assert.Equal(2, all.RootElement.GetArrayLength());
        using JsonDocument one = JsonDocument.Parse((await RunAsync("show", Log, "--json", "--from", "1", "--only", "event")).Output);
        Assert.Equal("closed", one.RootElement[0].GetProperty("kind").GetString());
        using JsonDocument none = JsonDocument.Parse((await RunAsync("show", Log, "--json", "--from", "2999-01-01")).Output);
        Assert.Equal(0, none.RootElement.GetArrayLength());
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(["audit", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
