using System.CommandLine;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Orrery.Cli.Terminal;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery doctor</c>: what this machine offers, and what would make it better.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new("doctor", "Show what this machine offers: processor, vector width, memory, optional native libraries.");
        return host.Bind(command, (_, session, _) =>
        {
            DoctorReport report = Examine();
            session.Result(report, CliJson.Default.DoctorReport, () => Print(session, report));
            return ExitCodes.Fine;
        });
    }

    private static DoctorReport Examine() => new(
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Vector<float>.Count * 32,
        Fma.IsSupported,
        Vector512.IsHardwareAccelerated,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        [
            Library("libchipmunk.so.7", "libchipmunk7", "Push-T"),
            Library("libmujoco.so.2.2.2", "libmujoco2.2.2", "Reacher and point mazes"),
            Library("libOSMesa.so.8", "libosmesa6", "pictures of Reacher and point mazes by MuJoCo"),
        ]);

    private static NativeLibraryReport Library(string file, string package, string purpose)
    {
        bool found = NativeLibrary.TryLoad(file, out nint handle);
        if (found)
            NativeLibrary.Free(handle);
        return new NativeLibraryReport(file, package, purpose, found);
    }

    private static void Print(Session session, DoctorReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("what", "here", "remark");
        table.AddRow("runtime", report.Runtime, "");
        table.AddRow("system", $"{report.System.EscapeMarkup()} ({report.Architecture})", "");
        table.AddRow("processors", $"{report.Processors}", "every kernel uses all of them; --threads limits it");
        table.AddRow("vector width", $"{report.VectorBits} bits{(report.FusedMultiplyAdd ? " with FMA" : "")}",
            report is { VectorBits: >= 256, FusedMultiplyAdd: true } ? "full speed" : "correct, and several times slower than with AVX2 and FMA");
        table.AddRow("memory", $"{report.MemoryBytes / (1024.0 * 1024 * 1024):0.0} GiB", "");
        foreach (NativeLibraryReport library in report.Libraries)
            table.AddRow(library.File, library.Found ? "found" : "missing",
                library.Found ? library.Purpose : $"optional ({library.Purpose}): apt-get install {library.Package}");
        session.Results.Write(table);
    }
}

/// <param name="Runtime">The .NET runtime.</param>
/// <param name="System">The operating system.</param>
/// <param name="Architecture">The process's instruction set.</param>
/// <param name="Processors">Logical processors that the process may use.</param>
/// <param name="VectorBits">Width of <see cref="Vector{T}"/> in bits.</param>
/// <param name="FusedMultiplyAdd">Whether FMA instructions are there.</param>
/// <param name="Vector512">Whether 512-bit vectors are accelerated (not used yet).</param>
/// <param name="MemoryBytes">Memory that the process may use, in bytes.</param>
/// <param name="Libraries">The optional native libraries.</param>
internal sealed record DoctorReport(
    string Runtime, string System, string Architecture, int Processors, int VectorBits, bool FusedMultiplyAdd, bool Vector512,
    long MemoryBytes, IReadOnlyList<NativeLibraryReport> Libraries);

/// <param name="File">The file that is loaded.</param>
/// <param name="Package">The Debian package that brings it.</param>
/// <param name="Purpose">What needs it.</param>
/// <param name="Found">Whether it could be loaded.</param>
internal sealed record NativeLibraryReport(string File, string Package, string Purpose, bool Found);
