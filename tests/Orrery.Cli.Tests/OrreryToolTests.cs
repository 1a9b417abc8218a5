namespace Orrery.Cli.Tests;

public class OrreryToolTests
{
    [Fact]
    public async Task Help_names_every_command_and_the_exit_codes()
    {
        StringWriter output = new();
        Assert.Equal(0, await OrreryTool.RunAsync(["--help"], output, new StringWriter()));
        string text = output.ToString();
        foreach (string command in (string[])["quickstart", "collect", "import", "inspect", "train", "evaluate", "plan", "watch", "environments", "protocols", "recipes", "doctor"])
            Assert.Contains(command, text, StringComparison.Ordinal);
        Assert.Contains("130 stopped by Ctrl+C", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_arguments_show_the_help()
    {
        StringWriter output = new();
        Assert.Equal(0, await OrreryTool.RunAsync([], output, new StringWriter()));
        Assert.Contains("Start here", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_ends_with_exit_code_2_and_says_where_to_look()
    {
        StringWriter error = new();
        Assert.Equal(2, await OrreryTool.RunAsync(["doctor", "--nonsense"], new StringWriter(), error));
        Assert.Contains("See 'orrery doctor --help'.", error.ToString(), StringComparison.Ordinal);
    }
}
