using System.Reflection;
using System.Text.RegularExpressions;

namespace Orrery.Architecture.Tests;

/// <summary>The table of layers is the architecture document: a project may reference what its row allows, and nothing else.</summary>
public partial class Layers
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Orrery.Tensors"] = [],
        ["Orrery.Data"] = ["Orrery.Tensors"],
        ["Orrery.Environments"] = ["Orrery.Tensors", "Orrery.Data"],
        ["Orrery.Models"] = ["Orrery.Tensors", "Orrery.Data"],
        ["Orrery.Planning"] = ["Orrery.Tensors", "Orrery.Data", "Orrery.Models"],
        ["Orrery.Evaluation"] = ["Orrery.Tensors", "Orrery.Data", "Orrery.Environments", "Orrery.Models", "Orrery.Planning"],
        ["Orrery.Server"] = ["Orrery.Tensors", "Orrery.Data", "Orrery.Environments", "Orrery.Models", "Orrery.Planning", "Orrery.Evaluation"],
        ["Orrery.Cli"] = ["Orrery.Tensors", "Orrery.Data", "Orrery.Environments", "Orrery.Models", "Orrery.Planning", "Orrery.Evaluation", "Orrery.Server"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_project_in_src_has_a_row_in_the_table()
    {
        IEnumerable<string> projects = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
            .Select(folder => Path.GetFileName(folder)!);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_the_layers_below_it(string project)
    {
        string assembly = project == "Orrery.Cli" ? "orrery" : project;
        IEnumerable<string> used = Assembly.Load(assembly).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("Orrery.", StringComparison.Ordinal));
        Assert.Empty(used.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_references_only_the_layers_below_it(string project)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));
        IEnumerable<string> referenced = ProjectReference().Matches(text).Select(match => match.Groups[1].Value);
        Assert.Empty(referenced.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("src/Orrery.Planning", "Orrery.Models.Training", "a robot plans without the trainer")]
    [InlineData("src/Orrery.Planning/Guardrails", "Orrery.Planning.Planners", "a guardrail must also hold for a human or another controller")]
    [InlineData("src/Orrery.Models", "Orrery.Environments", "logs are first-class, a simulator is optional")]
    [InlineData("src/Orrery.Planning", "Orrery.Environments", "logs are first-class, a simulator is optional")]
    [InlineData("src/Orrery.Server", "Orrery.Models.Training", "a service answers and never trains")]
    [InlineData("src/Orrery.Cli", "Orrery.Tensors.Autograd", "the command line contains no tensor arithmetic")]
    public void A_folder_never_sees_a_namespace(string folder, string forbidden, string because)
    {
        if (!Directory.Exists(Path.Combine(Repository.Root, folder)))
            return;
        IEnumerable<string> offenders = Repository.SourceFiles(folder)
            .Where(file => File.ReadAllText(file).Contains(forbidden, StringComparison.Ordinal))
            .Select(Repository.Relative);
        Assert.True(!offenders.Any(), $"{folder} must not see {forbidden}, because {because}: {string.Join(", ", offenders)}");
    }

    [GeneratedRegex(@"ProjectReference Include=""[^""]*?([A-Za-z.]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
