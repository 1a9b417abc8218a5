using System.Diagnostics;

namespace Orrery.Tensors.Tests.Guarded;

/// <summary>
/// Nothing reads or writes one number outside its tensors or its scratch memory, whatever their shape and alignment; and the bits
/// do not depend on alignment, threads or process. Where pages cannot be protected (all but Linux) these are skipped.
/// </summary>
public sealed class GuardPageTests
{
    [GuardPageFact]
    public void Every_primitive_operation_is_swept()
    {
        string noteFile = Path.GetTempFileName();
        try
        {
            using GuardSweep sweep = new(noteFile, GuardedSide.End, 1);
            // A new operation needs a case in GuardSweep.Cases.
            Assert.Equal(GuardSweep.Primitives().Order(StringComparer.Ordinal), sweep.Cases().Keys.Order(StringComparer.Ordinal));
        }
        finally
        {
            File.Delete(noteFile);
        }
    }

    [GuardPageTheory]
    [InlineData(GuardedSide.End)]
    [InlineData(GuardedSide.Start)]
    public void A_touch_next_to_a_tensor_ends_the_process_and_is_named(GuardedSide side)
    {
        (int code, string output, string note, _) = Start(side, 1, "touch");
        Assert.NotEqual(0, code);
        Assert.Equal("", output);
        Assert.Equal(side == GuardedSide.End ? "the number after a tensor" : "the number before a tensor", note);
    }

    [GuardPageFact]
    public void No_operation_touches_a_number_outside_and_all_runs_have_the_same_bits()
    {
        string[] first = Sweep(GuardedSide.End, 1);
        Assert.Equal(first, Sweep(GuardedSide.Start, 2));
        Assert.Equal(first, Sweep(GuardedSide.End, 3));
    }

    private static string[] Sweep(GuardedSide side, int threads)
    {
        (int code, string output, string note, string error) = Start(side, threads);
        Assert.True(code == 0, $"Tensors guarded at their {side}, {threads} threads: the process ended with {code} in: {note}\n{error}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int Code, string Output, string Note, string Error) Start(GuardedSide side, int threads, params string[] more)
    {
        string noteFile = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new("dotnet", ["exec", typeof(GuardProgram).Assembly.Location, noteFile, $"{side}", $"{threads}", .. more])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, GuardSweep.ReadNote(noteFile), error.Result);
        }
        finally
        {
            File.Delete(noteFile);
        }
    }
}
