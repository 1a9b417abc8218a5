using System.Diagnostics;
using System.Text.Json;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary><c>orrery serve</c> as the process that a person starts.</summary>
public sealed class ServingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task A_served_run_answers_until_it_is_interrupted_and_ends_cleanly()
    {
        string run = _folder.File("run");
        (await Tool.RunAsync("train", TankLog.Write(_folder.File("tank.csv")), "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--output", run)).IsFine();
        using Process process = Tool.Start("serve", run, "--port", "0", "--audit", _folder.File("audit"), "--json");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException(await error);
        string text = line;
        while (!text.TrimEnd().EndsWith('}'))
            text += await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        using HttpClient client = new() { BaseAddress = new Uri(JsonDocument.Parse(text).RootElement.GetProperty("address").GetString()!) };
        Assert.Contains("\"ok\"", await client.GetStringAsync("health"), StringComparison.Ordinal);
        Assert.Contains("range", await client.GetStringAsync("v1/guardrails"), StringComparison.Ordinal);

        using (Process signal = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await signal.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode}.\n{await error}");
        (await Tool.RunAsync("audit", "verify", _folder.File("audit"))).IsFine();
    }

    [Fact]
    public async Task What_cannot_be_served_is_told_in_a_sentence()
    {
        Assert.Equal(2, (await Tool.RunAsync("serve", "nowhere", "--port", "70000")).Code);
        ToolResult missing = await Tool.RunAsync("serve", _folder.File("missing"));
        Assert.NotEqual(0, missing.Code);
        Assert.StartsWith("error: ", missing.Error, StringComparison.Ordinal);
        Assert.Contains("orrery serve runs/tank", (await Tool.RunAsync("serve", "--help")).IsFine().Output, StringComparison.Ordinal);
    }
}
