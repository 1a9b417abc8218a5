using System.Reflection;
using System.Text.RegularExpressions;

namespace Orrery.Architecture.Tests;

/// <summary>The rules of the house that a reader relies on: words, sizes and no hidden state.</summary>
public partial class House
{
    private const int LongestFile = 400;

    [Fact]
    public void Tensors_know_no_world_model_word()
    {
        IEnumerable<string> offenders = Repository.SourceFiles("src/Orrery.Tensors")
            .SelectMany(file => File.ReadLines(file).Select((line, index) => (file, line, number: index + 1)))
            .Where(entry => WorldModelWord().IsMatch(entry.line))
            .Select(entry => $"{Repository.Relative(entry.file)}:{entry.number}: {entry.line.Trim()}");
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_source_file_is_longer_than_a_room()
    {
        IEnumerable<string> offenders = Repository.SourceFiles()
            .Select(file => (file, lines: File.ReadLines(file).Count()))
            .Where(entry => entry.lines > LongestFile)
            .Select(entry => $"{Repository.Relative(entry.file)} has {entry.lines} lines; {LongestFile} at most");
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_assembly_keeps_mutable_static_state()
    {
        string[] assemblies =
        [
            "Orrery.Tensors", "Orrery.Data", "Orrery.Environments", "Orrery.Models", "Orrery.Planning", "Orrery.Evaluation", "orrery",
        ];
        IEnumerable<string> offenders = assemblies.Select(Assembly.Load)
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !CompilerMade(type.FullName ?? type.Name))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field is { IsLiteral: false, IsInitOnly: false } && !CompilerMade(field.Name))
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}");
        Assert.Empty(offenders);
    }

    [Theory]
    [InlineData("src/Orrery.Models/Training/Trainer.cs", "Step")]
    [InlineData("src/Orrery.Planning/MpcController.cs", "Step")]
    public void The_loop_fits_on_one_page(string file, string method)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, file));
        int start = Array.FindIndex(lines, line => line.Contains($" {method}(", StringComparison.Ordinal)
            && line.TrimStart().StartsWith("public", StringComparison.Ordinal));
        Assert.True(start >= 0, $"{file} has no public {method}");
        string indentation = lines[start][..(lines[start].Length - lines[start].TrimStart().Length)];
        int end = Array.FindIndex(lines, start, line => line == $"{indentation}}}");
        Assert.InRange(end - start + 1, 1, 60);
    }

    [Fact]
    public void The_readme_fits_in_120_lines() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), 10, 120);

    private static bool CompilerMade(string name) => name.Contains('<', StringComparison.Ordinal);

    [GeneratedRegex(@"\b([Oo]bservations?|[Ee]pisodes?|[Pp]lanners?|[Rr]ewards?|[Ww]orld|actions?)\b")]
    private static partial Regex WorldModelWord();
}
