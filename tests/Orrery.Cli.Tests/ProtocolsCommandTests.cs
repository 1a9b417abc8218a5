using System.Text.Json;

namespace Orrery.Cli.Tests;

public sealed class ProtocolsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-protocols-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_list_says_what_each_protocol_asks()
    {
        (int code, string output, _) = await Run("protocols", "--json");
        Assert.Equal(0, code);
        JsonElement pldm = JsonDocument.Parse(output).RootElement.EnumerateArray().Single(protocol => protocol.GetProperty("name").GetString() == "pldm-two-rooms");
        Assert.Contains("< 1", pldm.GetProperty("success").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, pldm.GetProperty("manifest").GetString()!.Length);
    }

    [Fact]
    public async Task Written_pairs_are_those_that_come_with_Orrery()
    {
        string file = Path.Combine(_folder, "pairs.json");
        (int code, string output, _) = await Run("protocols", "write", "eb-jepa-two-rooms", "--output", file, "--json");
        Assert.Equal(0, code);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("isShipped").GetBoolean());
        Assert.Equal(100, JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("pairs").GetArrayLength());
    }

    [Theory]
    [InlineData("There is no protocol 'eb-jepa-two-room'. Did you mean", "protocols", "show", "eb-jepa-two-room")]
    [InlineData("There is no protocol 'nonsense'", "evaluate", "--protocol", "nonsense")]
    [InlineData("--episodes and --seed do not go with --protocol", "evaluate", "--protocol", "eb-jepa-two-rooms", "--episodes", "3")]
    [InlineData("--ceiling-episodes is -1", "evaluate", "--protocol", "eb-jepa-two-rooms", "--ceiling-episodes", "-1")]
    [InlineData("--ceiling-episodes belongs to --protocol", "evaluate", "run", "--ceiling-episodes", "3")]
    [InlineData("--set says how to search with --protocol", "evaluate", "run", "--set", "planner.method=icem")]
    [InlineData("only what begins with 'planner.' can be changed", "evaluate", "--protocol", "eb-jepa-two-rooms", "--set", "training.updates=1")]
    [InlineData("planner.method is 'icme'", "evaluate", "--protocol", "eb-jepa-two-rooms", "--set", "planner.method=icme")]
    public async Task What_makes_no_sense_is_a_bad_argument(string problem, params string[] arguments)
    {
        (int code, _, string error) = await Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_named()
    {
        (int code, _, string error) = await Run("evaluate", Path.Combine(_folder, "none"), "--protocol", "eb-jepa-two-rooms");
        Assert.Equal(1, code);
        Assert.Contains("none", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
