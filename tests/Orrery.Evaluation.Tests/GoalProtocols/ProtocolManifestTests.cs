using Orrery.Data;
using Orrery.Environments;
using Orrery.Evaluation.GoalProtocols;

namespace Orrery.Evaluation.Tests.GoalProtocols;

public sealed class ProtocolManifestTests
{
    public static TheoryData<string> Fixed => [.. ProtocolCatalogue.All.Where(protocol => ProtocolManifest.TryShipped(protocol) is not null).Select(protocol => protocol.Name)];

    [Fact]
    public void Every_listed_protocol_with_fixed_pairs_comes_with_them_and_the_document_names_their_hash()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "protocols.md"));
        foreach (GoalProtocol protocol in ProtocolCatalogue.All.Where(protocol => protocol.IsFixed))
        {
            ProtocolManifest manifest = ProtocolManifest.Shipped(protocol);
            string? row = document.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{protocol.Name}` |", StringComparison.Ordinal) && line.Contains(manifest.Hash, StringComparison.Ordinal));
            Assert.True(row is not null, $"docs/protocols.md has no row of {protocol.Name} with the hash {manifest.Hash}.");
            Assert.Contains($"| {protocol.Budget} | {protocol.Count} | {manifest.Solved}, {manifest.Unfit} |", row, StringComparison.Ordinal);
        }
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orrery.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    [Theory]
    [MemberData(nameof(Fixed))]
    public void Drawing_the_pairs_again_gives_the_manifest_that_comes_with_Orrery(string name)
    {
        GoalProtocol protocol = ProtocolCatalogue.Find(name);
        if (IsMissing(protocol))
            return;
        Assert.Equal(ProtocolManifest.Shipped(protocol).Hash, ProtocolManifest.Draw(protocol).Hash);
    }

    [Theory]
    [MemberData(nameof(Fixed))]
    public void Shipped_pairs_are_a_hundred_unsolved_ones_each_from_an_episode_of_its_own(string name)
    {
        GoalProtocol protocol = ProtocolCatalogue.Find(name);
        ProtocolManifest manifest = ProtocolManifest.Shipped(protocol);
        Assert.Equal(name, manifest.Protocol);
        Assert.Equal(protocol.Environment, manifest.Environment);
        Assert.Equal(protocol.Pairs.Rule, manifest.Rule);
        Assert.Equal(100, manifest.Pairs.Count);
        Assert.Equal(100, manifest.Pairs.Select(pair => pair.Episode).Distinct().Count());
        Assert.Equal(100, manifest.Pairs.Select(pair => pair.Seed).Distinct().Count());
        Assert.All(manifest.Pairs, pair => Assert.False(protocol.Success.Holds(pair.Start, pair.Goal)));
        Assert.All(manifest.Pairs, pair => Assert.True(protocol.Way(pair.Start, pair.Goal) > 0));
        Assert.All(manifest.Pairs, pair => Assert.Equal(0, protocol.Way(pair.Goal, pair.Goal), 4));
        Assert.All(manifest.Pairs, pair => Assert.True(protocol.Success.Holds(pair.Goal, pair.Goal)));
    }

    [Theory]
    [MemberData(nameof(Fixed))]
    public void Every_environment_of_a_protocol_can_be_put_at_its_starts(string name)
    {
        GoalProtocol protocol = ProtocolCatalogue.Find(name);
        if (IsMissing(protocol))
            return;
        foreach (string view in (string[])[protocol.Environment, .. protocol.Views])
        {
            using IGoalEnvironment environment = protocol.Create(view);
            float[] state = new float[environment.Specification.State.Size];
            foreach (ProtocolPair pair in ProtocolManifest.Shipped(protocol).Pairs.Take(20))
            {
                environment.WriteState(pair.Start);
                environment.ReadState(state);
                Assert.Equal(pair.Start.Length, state.Length);
                Assert.All(state.Zip(pair.Start), numbers => Assert.Equal(numbers.Second, numbers.First, 1e-3f));
            }
        }
    }

    [Fact]
    public void A_manifest_reads_back_to_the_same_text()
    {
        string text = ProtocolManifest.Shipped(ProtocolCatalogue.Find("eb-jepa-two-rooms")).Text();
        ProtocolManifest again = ProtocolManifest.Parse(text, "pairs.json");
        Assert.Equal(text, again.Text());
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain("\\u00", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edited_manifest_is_refused()
    {
        string text = ProtocolManifest.Shipped(ProtocolCatalogue.Find("eb-jepa-two-rooms")).Text();
        Assert.Contains("has been edited", Refused(text.Replace("\"pairs\"", " \"pairs\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("has the format 2", Refused(text.Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("is not a manifest", Refused(text[..200]), StringComparison.Ordinal);

        static string Refused(string text) => Assert.Throws<OrreryDataException>(() => ProtocolManifest.Parse(text, "pairs.json")).Message;
    }

    [Fact]
    public void An_unknown_protocol_is_answered_with_the_nearest_name()
    {
        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => ProtocolCatalogue.Find("eb-jepa-two-room"));
        Assert.Contains("eb-jepa-two-rooms", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_whose_pairs_are_all_solved_says_so()
    {
        GoalProtocol protocol = ProtocolCatalogue.Find("pldm-two-rooms");
        GoalProtocol wide = protocol with { Count = 2, Success = protocol.Success with { Holds = (_, _) => true } };
        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => ProtocolManifest.Draw(wide));
        Assert.Contains("100 solved at the start", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Whether this machine lacks the native library of the environment; what is drawn in it is not checked then.</summary>
    private static bool IsMissing(GoalProtocol protocol)
    {
        try
        {
            // The library is loaded at the first step.
            using IEnvironment environment = EnvironmentCatalogue.Create(protocol.Environment);
            environment.Step(new float[environment.Specification.Action.Size]);
            return false;
        }
        catch (OrreryDataException)
        {
            return true;
        }
    }
}
