namespace Orrery.Tensors.Tests.Reference;

/// <summary>
/// Every golden case but Planning's: on the plain backend, which shows that the rules are right, and on the processor, which
/// shows that its kernels are.
/// </summary>
public sealed class GoldenTests(GoldenTests.Processor processor) : IClassFixture<GoldenTests.Processor>
{
    // Planning's operations, which are tested there.
    private static readonly string[] TestedElsewhere = ["conformal_quantile", "lq_cost", "lq_open_loop", "lqr_finite", "lqr_infinite"];

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

    /// <summary>One pool of threads for all cases.</summary>
    public sealed class Processor : IDisposable
    {
        public CpuBackend Backend { get; } = new(2);

        public void Dispose() => Backend.Dispose();
    }
}
