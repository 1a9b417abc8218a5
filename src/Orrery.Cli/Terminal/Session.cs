using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Orrery.Cli.Terminal;

/// <summary>
/// Where a command writes: results to standard output, progress and remarks to standard error. With <c>--json</c> the only
/// thing on standard output is one JSON document.
/// </summary>
internal sealed class Session(TextWriter output, TextWriter error, bool json, bool quiet)
{
    public bool Json { get; } = json;

    public TextWriter Output { get; } = output;

    /// <summary>Tables and colours for people, on standard output; escapes are left out when it is not a terminal.</summary>
    public IAnsiConsole Results { get; } = Console(output, System.Console.IsOutputRedirected);

    public IAnsiConsole Remarks { get; } = Console(error, System.Console.IsErrorRedirected);

    /// <summary>One sentence for the person who waits, on standard error; silent with <c>--quiet</c>.</summary>
    public void Remark(string sentence)
    {
        if (!quiet)
            error.WriteLine(sentence);
    }

    /// <summary>A warning is never quiet.</summary>
    public void Warn(string sentence) => error.WriteLine($"warning: {sentence}");

    public Progress Progress() => new(error, interactive: !System.Console.IsErrorRedirected, quiet);

    /// <summary>Prints <paramref name="value"/> as JSON when asked for, and otherwise calls <paramref name="forPeople"/>.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type, Action forPeople)
    {
        if (Json)
            Output.WriteLine(JsonSerializer.Serialize(value, type));
        else
            forPeople();
    }

    private static IAnsiConsole Console(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (redirected)
            console.Profile.Width = 120;
        return console;
    }
}
