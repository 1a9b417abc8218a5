using System.Reflection;
using System.Text;

namespace Orrery.PublicApi.Tests;

/// <summary>
/// Every public type and member, as text beside this file. A change of the surface shows as a change of that text, so it is
/// seen and meant. To approve a change: <c>ORRERY_APPROVE=1 dotnet test tests/Orrery.PublicApi.Tests</c>, then read the diff.
/// </summary>
public class PublicSurface
{
    [Theory]
    [InlineData("Orrery.Tensors")]
    [InlineData("Orrery.Data")]
    [InlineData("Orrery.Environments")]
    [InlineData("Orrery.Models")]
    [InlineData("Orrery.Planning")]
    [InlineData("Orrery.Evaluation")]
    [InlineData("Orrery.Server")]
    public void Is_the_approved_one(string assembly)
    {
        string file = Path.Combine(ApprovedFolder(), $"{assembly}.txt");
        string actual = Describe(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("ORRERY_APPROVE") == "1")
        {
            Directory.CreateDirectory(ApprovedFolder());
            File.WriteAllText(file, actual);
        }

        string approved = File.Exists(file) ? File.ReadAllText(file) : "";
        string[] added = [.. actual.Split('\n').Except(approved.Split('\n'), StringComparer.Ordinal)];
        string[] removed = [.. approved.Split('\n').Except(actual.Split('\n'), StringComparer.Ordinal)];
        Assert.True(actual == approved,
            $"The public surface of {assembly} changed. If it is meant: ORRERY_APPROVE=1 dotnet test tests/Orrery.PublicApi.Tests\n"
            + $"added:\n  {string.Join("\n  ", added)}\nremoved:\n  {string.Join("\n  ", removed)}");
    }

    private static string ApprovedFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Orrery.slnx")))
                return Path.Combine(folder.FullName, "tests", "Orrery.PublicApi.Tests", "Approved");
        throw new InvalidOperationException("Run the tests from a checkout.");
    }

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (MemberInfo member in type.GetMembers(declared))
        {
            bool visible = member switch
            {
                MethodBase method => (method.IsPublic || method.IsFamily) && (method is ConstructorInfo || !method.IsSpecialName),
                FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
                PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily),
                EventInfo => true,
                _ => false,
            };
            if (visible && !member.Name.Contains('<', StringComparison.Ordinal))
                yield return $"{member.MemberType}: {member}";
        }
    }
}
