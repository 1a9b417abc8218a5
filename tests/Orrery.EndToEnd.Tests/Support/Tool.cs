using System.Diagnostics;
using System.Text.Json;
using Orrery.Cli;

namespace Orrery.EndToEnd.Tests.Support;

/// <summary>What a call of the tool gave back.</summary>
internal sealed record ToolResult(int Code, string Output, string Error)
{
    public JsonElement Json()
    {
        using JsonDocument document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    public ToolResult IsFine()
    {
        Assert.True(Code == 0, $"Exit code {Code}.\n{Error}\n{Output}");
        Assert.DoesNotContain("error:", Error, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>The <c>orrery</c> tool: in this process, or as the process that a person starts.</summary>
internal static class Tool
{
    public static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return new ToolResult(code, output.ToString(), error.ToString());
    }

    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "orrery.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
