using System.Text.Json;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary>The commands that only show something.</summary>
public sealed class LookingAroundTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Recipes_are_listed_shown_and_changed_by_set()
    {
        ToolResult list = (await Tool.RunAsync("recipes", "--json")).IsFine();
        string[] names = [.. list.Json().EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString()!)];
        Assert.Contains("plant/subspace", names);
        Assert.Contains("two-rooms/sigreg", names);
        Assert.Contains("two-rooms/vicreg", (await Tool.RunAsync("recipes")).IsFine().Output, StringComparison.Ordinal);

        JsonElement shown = (await Tool.RunAsync("recipes", "show", "plant/debug", "--set", "training.updates=321", "--set", "history=7")).IsFine().Json();
        Assert.Equal(321, shown.GetProperty("training").GetProperty("updates").GetInt32());
        Assert.Equal(7, shown.GetProperty("history").GetInt32());
    }

    [Fact]
    public async Task A_shown_recipe_is_a_file_to_start_from()
    {
        string mine = _folder.File("mine.json");
        await File.WriteAllTextAsync(mine, (await Tool.RunAsync("recipes", "show", "two-rooms/debug")).IsFine().Output);

        string again = (await Tool.RunAsync("recipes", "show", mine)).IsFine().Output;

        Assert.Equal(await File.ReadAllTextAsync(mine), again);
    }

    [Fact]
    public async Task Environments_are_listed_and_drawn()
    {
        Assert.Contains("two-rooms", (await Tool.RunAsync("environments")).IsFine().Output, StringComparison.Ordinal);
        string picture = _folder.File("rooms.png");

        JsonElement shown = (await Tool.RunAsync("environments", "show", "two-rooms", "--picture", picture, "--json")).IsFine().Json();

        Assert.Contains("65 x 65", shown.GetProperty("observation").GetString(), StringComparison.Ordinal);
        byte[] png = await File.ReadAllBytesAsync(picture);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
    }

    [Fact]
    public async Task The_doctor_says_what_this_machine_offers()
    {
        JsonElement report = (await Tool.RunAsync("doctor", "--json")).IsFine().Json();
        Assert.Equal(Environment.ProcessorCount, report.GetProperty("processors").GetInt32());
        Assert.Contains("vector width", (await Tool.RunAsync("doctor")).IsFine().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quickstart")]
    [InlineData("collect")]
    [InlineData("import")]
    [InlineData("inspect")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("plan")]
    [InlineData("environments")]
    [InlineData("recipes")]
    [InlineData("doctor")]
    public async Task Every_command_explains_itself(string command)
    {
        ToolResult help = (await Tool.RunAsync(command, "--help")).IsFine();
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
        if (command != "doctor")
            Assert.Contains($"orrery {command}", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_arguments_the_tool_says_where_to_start()
    {
        ToolResult help = (await Tool.RunAsync()).IsFine();
        Assert.Contains("orrery quickstart", help.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes", help.Output, StringComparison.Ordinal);
    }
}
