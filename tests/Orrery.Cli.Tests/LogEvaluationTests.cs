namespace Orrery.Cli.Tests;

public sealed class LogEvaluationTests
{
    [Fact]
    public void Errors_have_digits_that_count_and_the_least_is_bold()
    {
        Assert.Equal(["[bold]0.00000115[/]", "0.00041537"], LogEvaluation.Cells([1.15e-6, 4.1537e-4]));
        Assert.Equal(["0.0705", "[bold]0.0332[/]"], LogEvaluation.Cells([0.0705, 0.0332]));
        Assert.Equal(["[bold]0.000000000[/]", "NaN"], LogEvaluation.Cells([1e-15, double.NaN]));
    }
}
