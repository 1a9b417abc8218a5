using System.Runtime.InteropServices;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Autograd;

/// <summary>Tests that count what the whole process allocates run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public class TrainingTests
{
    [Fact]
    public void Training_gives_the_same_bits_at_any_thread_count_and_from_run_to_run()
    {
        var one = Train(threads: 1);
        Assert.All(one, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(Bits(one), Bits(Train(threads: 1)));
        Assert.Equal(Bits(one), Bits(Train(threads: 2)));
        Assert.Equal(Bits(one), Bits(Train(threads: 3)));

        static float[] Train(int threads)
        {
            using var backend = new CpuBackend(threads);
            using var model = new TrainingModel(backend);
            for (var step = 0; step < 50; step++) model.Step();
            return [.. model.Block.Values.Span, .. model.Block.Buffers[0].Value.Span];
        }

        static int[] Bits(float[] values) => MemoryMarshal.Cast<float, int>(values).ToArray();
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var backend = new CpuBackend(2);
        using var model = new TrainingModel(backend);
        var first = Enumerable.Range(0, 5).Average(_ => model.Step());
        for (var step = 0; step < 60; step++) model.Step();
        Assert.InRange(Enumerable.Range(0, 5).Average(_ => model.Step()), 0, 0.8 * first);
    }

    [Fact]
    public void A_training_step_of_a_network_allocates_nothing_after_warm_up()
    {
        using var backend = new CpuBackend(2);
        using var model = new TrainingModel(backend);
        AssertAllocatesNothing(() => model.Step());
    }

    [Fact]
    public void A_training_step_of_a_perceptron_allocates_nothing_after_warm_up()
    {
        using var backend = new CpuBackend(2);
        using var block = new ParameterBlock(backend);
        using var tape = new Tape(backend);
        var mlp = new Mlp(block, "mlp", [8, 64, 64, 3], Activation.Relu, new RandomStream(1, "mlp"));
        var optimiser = new AdamW(block);
        var x = new float[32 * 8];
        var y = new float[32 * 3];
        AssertAllocatesNothing(() =>
        {
            tape.Reset();
            var prediction = mlp.Forward(tape, tape.Constant(x, new Shape(32, 8)));
            var loss = tape.MeanSquaredError(prediction, tape.Constant(y, new Shape(32, 3)));
            block.ZeroGradients();
            tape.Backward(loss);
            optimiser.Step(1e-3f);
        });
    }

    [Fact]
    public void Inference_allocates_nothing_after_warm_up()
    {
        using var backend = new CpuBackend(2);
        using var block = new ParameterBlock(backend);
        using var tape = new Tape(backend) { Recording = false };
        var gru = new Gru(block, "gru", 6, 16, 2, new RandomStream(1, "gru"));
        block.Seal();
        AssertAllocatesNothing(() =>
        {
            tape.Reset();
            gru.Forward(tape, tape.Constant(0.5f, new Shape(8, 10, 6)));
        });
    }

    [Fact]
    public void Training_an_extended_LSTM_allocates_nothing_after_warm_up() => TrainsWithoutAllocating((block, random) =>
    {
        var (matrix, scalar) = (new MLstm(block, "matrix", 6, 2, 4, random), new SLstm(block, "scalar", 8, 2, 3, random));
        return (tape, x) => scalar.Forward(tape, matrix.Forward(tape, x).Outputs).Outputs;
    });

    [Fact]
    public void Training_blocks_of_attention_allocates_nothing_after_warm_up() => TrainsWithoutAllocating((block, random) =>
    {
        var (plain, conditioned) = (new TransformerBlock(block, "plain", 6, 2, 4, 10, random), new ConditionedBlock(block, "conditioned", 6, 2, 4, 10, random));
        return (tape, x) => conditioned.Forward(tape, plain.Forward(tape, x, AttentionMask.Causal), conditioned.Modulation(tape, x));
    });

    private static void TrainsWithoutAllocating(Func<ParameterBlock, RandomStream, Func<Tape, Tensor, Tensor>> create)
    {
        using var backend = new CpuBackend(2);
        using var block = new ParameterBlock(backend);
        using var tape = new Tape(backend);
        var forward = create(block, new RandomStream(1, "allocation"));
        block.Seal();
        var optimiser = new AdamW(block);
        AssertAllocatesNothing(() =>
        {
            tape.Reset();
            var loss = tape.Mean(forward(tape, tape.Constant(0.5f, new Shape(4, 7, 6))));
            block.ZeroGradients();
            tape.Backward(loss);
            GradientClipping.ClipGlobalNorm(block, 1);
            optimiser.Step(1e-3f);
        });
    }

    // What allocates in every step shows in every window. Other threads of the test host, and code that the compiler has not
    // got round to optimising on a busy machine, show in some.
    private static void AssertAllocatesNothing(Action step)
    {
        for (var warmUp = 0; warmUp < 30; warmUp++) step();
        long ownThread = -1, allThreads = -1;
        for (var window = 0; window < 40 && (ownThread, allThreads) != (0, 0); window++)
        {
            var total = GC.GetTotalAllocatedBytes(precise: true);
            var own = GC.GetAllocatedBytesForCurrentThread();
            for (var repeat = 0; repeat < 3; repeat++) step();
            ownThread = GC.GetAllocatedBytesForCurrentThread() - own;
            allThreads = GC.GetTotalAllocatedBytes(precise: true) - total;
        }

        Assert.Equal((0, 0), (ownThread, allThreads));
    }
}
