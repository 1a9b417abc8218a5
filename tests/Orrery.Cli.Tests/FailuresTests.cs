using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Models.Recipes;

namespace Orrery.Cli.Tests;

public class FailuresTests
{
    public static TheoryData<Exception, int> Known => new()
    {
        { new UsageException("a"), 2 },
        { new RecipeException("a"), 2 },
        { new OrreryDataException("a"), 1 },
        { new IOException("a"), 1 },
        { new UnauthorizedAccessException("a"), 1 },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void What_a_person_can_mend_is_a_sentence_with_an_exit_code(Exception problem, int code)
    {
        Assert.NotNull(Failures.Describe(problem));
        Assert.Equal(code, Failures.ExitCode(problem));
    }

    [Fact]
    public void A_full_disk_is_named_with_what_to_do()
    {
        string? sentence = Failures.Describe(new IOException("No space left on device", 28));
        Assert.Contains("disk is full", sentence, StringComparison.Ordinal);
        Assert.Contains("Free some space", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bug_of_ours_is_not_dressed_up_as_the_users_mistake() =>
        Assert.Null(Failures.Describe(new InvalidOperationException("a")));
}
