using System.Reflection;
using System.Text.RegularExpressions;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Optim;

namespace Orrery.Tensors.Tests.Reference;

/// <summary>docs/operations.md lists every operation, and nothing that does not exist.</summary>
public sealed partial class OperationsPageTests
{
    // What a tape and a backend have beside operations.
    private static readonly string[] Housekeeping = ["Reset", "Dispose", "BeginPiece", "EndPiece"];

    [Fact]
    public void Every_operation_of_the_tape_is_listed()
    {
        var listed = FirstCells(section => !section.StartsWith("Primitives", StringComparison.Ordinal));
        Assert.Empty(Operations(typeof(Tape)).Except(listed));
        Assert.Empty(Enum.GetNames<UnaryOperation>().Where(name => name != nameof(UnaryOperation.Affine)).Except(listed));
        Assert.Empty(Enum.GetNames<BinaryOperation>().Except(listed));
        Assert.Empty(Enum.GetNames<ReduceOperation>().Except(listed));
        Assert.Empty(typeof(AdamW).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(AdamW).Namespace).Select(type => type.Name).Except(listed));
    }

    [Fact]
    public void Every_primitive_of_a_backend_is_listed() =>
        Assert.Empty(Operations(typeof(Backend)).Except(FirstCells(section => section.StartsWith("Primitives", StringComparison.Ordinal))));

    [Fact]
    public void Every_name_that_is_listed_exists()
    {
        var known = Operations(typeof(Tape)).Concat(Operations(typeof(Backend))).Concat(Enum.GetNames<UnaryOperation>()).Concat(Enum.GetNames<Activation>())
            .Concat(typeof(Tape).Assembly.GetExportedTypes().Select(type => type.Name));
        Assert.Empty(FirstCells(_ => true).Except(known));
    }

    [Fact]
    public void Every_activation_and_way_to_resize_is_named()
    {
        var page = Page();
        Assert.All(Enum.GetNames<Activation>().Concat(Enum.GetNames<ResizeMode>()), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Operations(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => !method.IsSpecialName).Select(method => method.Name).Except(Housekeeping).Distinct(StringComparer.Ordinal);

    // The names in the first cells of the tables.
    private static List<string> FirstCells(Func<string, bool> isWanted)
    {
        var (names, section) = (new List<string>(), "");
        foreach (var line in Page().Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) section = line[3..];
            if (line.StartsWith("| `", StringComparison.Ordinal) && isWanted(section)) names.AddRange(Name().Matches(line.Split('|')[1]).Select(match => match.Groups["name"].Value));
        }

        return names;
    }

    private static string Page()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Orrery.slnx"))) directory = directory.Parent;
        return File.ReadAllText(Path.Combine(directory?.FullName ?? throw new InvalidOperationException("Run the tests from a checkout."), "docs", "operations.md"));
    }

    [GeneratedRegex("`(?<name>[A-Za-z0-9]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
