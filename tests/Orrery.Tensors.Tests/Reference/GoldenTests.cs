namespace Orrery.Tensors.Tests.Reference;

/// <summary>
/// Every golden case but Planning's: on the plain backend, which shows that the rules are right, and on the processor, which
/// shows that its kernels are.
/// </summary>
public sealed class GoldenTests(GoldenTests.Processor processor) : IClassFixture<GoldenTests.Processor>
{
    // Planning's operations, which are tested there.
    private static readonly string[] TestedElsewhere = ["conformal_quantile", "lq_open_loop", "lqr_finite", "lqr_infinite"];

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var golden in GoldenFile.AllCases().Where(golden => GoldenOperations.Supports(golden.Operation))) data.Add(golden.File, golden.Name);
        return data;
    }

    [Fact]
    public void The_operations_that_are_not_tested_here_are_exactly_those_listed()
    {
        var missing = GoldenFile.AllCases().Select(golden => golden.Operation).Where(operation => !GoldenOperations.Supports(operation)).Distinct();
        Assert.Equal(TestedElsewhere.Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_processor_reproduces(string file, string name)
    {
        using var run = new GoldenRun(GoldenFile.Case(file, name), processor.Backend);
        GoldenOperations.Run(run);
        run.Verify();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_scalar_backend_reproduces(string file, string name)
    {
        using var backend = new ScalarBackend();
        using var run = new GoldenRun(GoldenFile.Case(file, name), backend);
        GoldenOperations.Run(run);
        run.Verify();
    }

    // Were a comparison left out, nothing else would show it.
    [Theory]
    [InlineData("p")]
    [InlineData("exp_avg_sq")]
    [InlineData("after.head.fc1.weight")]
    [InlineData("losses")]
    [InlineData("grad_norms")]
    [InlineData("loss")]
    [InlineData("C")]
    public void An_output_that_is_off_is_found(string output)
    {
        var golden = GoldenFile.AllCases().First(candidate => candidate.Has("output." + output));
        using var backend = new ScalarBackend();
        using var run = new GoldenRun(golden, backend);
        GoldenOperations.Run(run);
        run.Spoil(output);
        Assert.Contains($"output.{output} is off", Assert.ThrowsAny<Exception>(run.Verify).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_by_training_that_is_off_is_found_where_the_parameter_itself_looks_right()
    {
        var golden = GoldenFile.AllCases().First(candidate => candidate.Has("output.after.head.fc1.weight"));
        using var backend = new ScalarBackend();
        using var run = new GoldenRun(golden, backend);
        GoldenOperations.Run(run);
        run.Out("after.head.fc1.weight", run.Values("head.fc1.weight").ToArray());
        Assert.Contains("the change of head.fc1.weight is off by 100", Assert.ThrowsAny<Exception>(run.Verify).Message, StringComparison.Ordinal);
    }

    /// <summary>One pool of threads for all cases.</summary>
    public sealed class Processor : IDisposable
    {
        public CpuBackend Backend { get; } = new(2);

        public void Dispose() => Backend.Dispose();
    }
}
