using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Documents;

/// <summary>What README shows is compiled by the SDK's own compiler, and run.</summary>
public sealed class ReadmeTests : IDisposable
{
    /// <summary>What an editor adds on its own.</summary>
    private const string Usings =
        """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using Orrery.Data.Datasets;
        using Orrery.Data.Logs;
        using Orrery.Evaluation.Protocols;
        using Orrery.Evaluation.Reports.Pages;
        using Orrery.Models;
        using Orrery.Models.Recipes;
        using Orrery.Models.Training;
        using Orrery.Tensors;

        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Fact]
    public async Task The_program_in_README_compiles_and_runs()
    {
        string code = Block(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "README.md")), "csharp");
        // The same code with the smallest recipe, so that the test takes seconds.
        string program = await CompileAsync(Usings + code.Replace("plant/subspace", "plant/debug", StringComparison.Ordinal));
        TankLog.Write(_folder.File("log.csv"));
        Environment.CurrentDirectory = _folder.Root;
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            AssemblyLoadContext.Default.LoadFromAssemblyPath(program).EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Contains("voltage: ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("level: ", output.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> CompileAsync(string code)
    {
        string source = _folder.File("readme.cs"), program = _folder.File("readme.dll"), arguments = _folder.File("readme.rsp");
        await File.WriteAllTextAsync(source, code);
        IEnumerable<string> references = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll").Where(IsManaged)
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "Orrery.*.dll"));
        await File.WriteAllLinesAsync(arguments,
        [
            "-nologo", "-target:exe", "-langversion:latest", "-nullable:enable", $"-out:\"{program}\"",
            .. references.Select(path => $"-reference:\"{path}\""), $"\"{source}\"",
        ]);
        ProcessStartInfo start = new("dotnet", [Compiler(), $"@{arguments}"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string messages = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, messages + "\n" + code);
        return program;
    }

    private static string Compiler()
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.EnumerateDirectories(Path.Combine(dotnet, "sdk"))
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Last();
    }

    private static bool IsManaged(string path)
    {
        using FileStream file = File.OpenRead(path);
        using PEReader reader = new(file);
        try
        {
            return reader.HasMetadata;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    private static string Block(string text, string language)
    {
        string fence = $"```{language}\n";
        int begin = text.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        return text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orrery.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
