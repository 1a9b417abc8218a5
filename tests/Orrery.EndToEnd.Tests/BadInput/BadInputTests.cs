using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.BadInput;

/// <summary>Whatever is wrong, one sentence says so, the exit code tells scripts, and no file is changed, lost or left behind.</summary>
public sealed class BadInputTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    public static TheoryData<string> Cases => new(BadInputCase.All.Select(one => one.What));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Bad_input_gives_one_sentence_and_touches_nothing(string what)
    {
        using TemporaryFolder place = new();
        run.CopyTo(place);
        BadInputCase one = BadInputCase.All.Single(candidate => candidate.What == what);
        string[] arguments = one.Arrange(place);
        SortedDictionary<string, string> before = place.Contents();

        ToolResult result = await Tool.RunAsync(arguments);

        string told = $"orrery {string.Join(' ', arguments)}\n{result.Code}: {result.Error}\n{result.Output}";
        Assert.True(result.Code == one.Code, told);
        Assert.True(result.Error.Contains(one.Says, StringComparison.Ordinal), told);
        Assert.True(!result.Error.Contains("   at ", StringComparison.Ordinal) && !result.Error.Contains("Exception", StringComparison.Ordinal), told);
        string[] errors = [.. result.Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
        Assert.True(errors.Length == 1 || (errors.Length == 0 && result.Error.Contains("--help'", StringComparison.Ordinal)), told);
        Assert.True(result.Output.Length == 0, told);
        Assert.Equal(before, place.Contents());
    }
}
