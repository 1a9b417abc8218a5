using System.CommandLine;

namespace Orrery.Cli;

/// <summary>The options that every command understands, before or after its name.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document on standard output instead of tables.",
        Recursive = true,
    };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "No progress and no remarks on standard error (warnings and errors remain).",
        Recursive = true,
    };

    public static Option<int> Threads { get; } = new("--threads")
    {
        Description = "Threads to compute with; 0 uses every core. Results are the same to the bit at any number.",
        Recursive = true,
        DefaultValueFactory = _ => 0,
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var token] && int.TryParse(token.Value, out int threads) && threads < 0)
                    result.AddError($"--threads is {threads}, but it must be 0 or more.");
            },
        },
    };

    public static Option[] All => [Json, Quiet, Threads];
}
