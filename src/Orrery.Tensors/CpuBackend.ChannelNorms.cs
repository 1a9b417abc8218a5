using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void GroupNorm(
        Tensor x, int groups, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverseDeviation)
    {
        ChannelNormJob job = CreateChannelNorm("GroupNorm", x, groups, gain);
        job.Y = y.For("GroupNorm", "y");
        job.Mean = mean.For("GroupNorm", "mean");
        job.Inverse = inverseDeviation.For("GroupNorm", "inverseDeviation");
        Check.SameShape("GroupNorm", "x", x, "y", y);
        Check.Holds("GroupNorm", "bias", bias, job.Channels, "one per channel");
        Check.Holds("GroupNorm", "mean", mean, job.Batch * groups, "one per sample and group");
        Check.Holds("GroupNorm", "inverseDeviation", inverseDeviation, job.Batch * groups, "one per sample and group");
        CheckResults("GroupNorm", x, gain, bias, y, mean, "inverseDeviation", inverseDeviation);
        job.Bias = bias.ForOptional("GroupNorm", "bias");
        job.Epsilon = epsilon;
        _pool.Run(&ChannelNormJob.Group, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void GroupNormGradient(
        Tensor x, int groups, Tensor gain, Tensor mean, Tensor inverseDeviation, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias)
    {
        ChannelNormJob job = CreateChannelNorm("GroupNormGradient", x, groups, gain);
        PrepareChannelGradient("GroupNormGradient", ref job, x, gain, dy, dx, dGain, dBias);
        job.Mean = mean.For("GroupNormGradient", "mean");
        job.Inverse = inverseDeviation.For("GroupNormGradient", "inverseDeviation");
        Check.Holds("GroupNormGradient", "mean", mean, job.Batch * groups, "one per sample and group");
        Check.Holds("GroupNormGradient", "inverseDeviation", inverseDeviation, job.Batch * groups, "one per sample and group");
        job.Chunk = Math.Max(job.Chunk, Partition.Chunks(job.Batch, MaximumPartials));
        using Lock.Scope turn = _pool.TakeTurn();
        job.Partials = _pool.Shared.Take(2L * job.Chunks * job.Channels);
        _pool.Run(&ChannelNormJob.GroupGradient, &job, job.Chunks);
        for (int chunk = 0; chunk < job.Chunks; chunk++)
        {
            float* partial = job.Partials + (2L * chunk * job.Channels);
            if (job.DGain != null)
                SumKernel.Add(partial, job.DGain, job.Channels);
            if (job.DBias != null)
                SumKernel.Add(partial + job.Channels, job.DBias, job.Channels);
        }
    }

    /// <inheritdoc/>
    public override void BatchNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor variance)
    {
        ChannelNormJob job = CreateChannelNorm("BatchNorm", x, 1, gain);
        job.Y = y.For("BatchNorm", "y");
        job.Mean = mean.For("BatchNorm", "mean");
        job.Inverse = variance.For("BatchNorm", "variance");
        Check.SameShape("BatchNorm", "x", x, "y", y);
        Check.Holds("BatchNorm", "bias", bias, job.Channels, "one per channel");
        Check.Holds("BatchNorm", "mean", mean, job.Channels, "one per channel");
        Check.Holds("BatchNorm", "variance", variance, job.Channels, "one per channel");
        CheckResults("BatchNorm", x, gain, bias, y, mean, "variance", variance);
        job.Bias = bias.ForOptional("BatchNorm", "bias");
        job.Epsilon = epsilon;
        _pool.Run(&ChannelNormJob.BatchForward, &job, Partition.Chunks(job.Channels, ChannelNormJob.ChannelChunk));
    }

    /// <inheritdoc/>
    public override void BatchNormGradient(
        Tensor x, Tensor gain, Tensor mean, Tensor variance, float epsilon, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias)
    {
        ChannelNormJob job = CreateChannelNorm("BatchNormGradient", x, 1, gain);
        PrepareChannelGradient("BatchNormGradient", ref job, x, gain, dy, dx, dGain, dBias);
        job.Mean = mean.For("BatchNormGradient", "mean");
        job.Inverse = variance.For("BatchNormGradient", "variance");
        Check.Holds("BatchNormGradient", "mean", mean, job.Channels, "one per channel");
        Check.Holds("BatchNormGradient", "variance", variance, job.Channels, "one per channel");
        job.Epsilon = epsilon;
        _pool.Run(&ChannelNormJob.BatchBackward, &job, Partition.Chunks(job.Channels, ChannelNormJob.ChannelChunk));
    }

    private static ChannelNormJob CreateChannelNorm(string operation, in Tensor x, int groups, in Tensor gain)
    {
        ChannelNormJob job = new() { X = x.For(operation, "x"), Gain = gain.ForOptional(operation, "gain") };
        Check.That(x.Shape.Rank >= 2, $"{operation}: x {x.Shape} must be [B, channels, ...].");
        int channels = x.Shape[1];
        Check.That(groups > 0 && channels % groups == 0, $"{operation}: x {x.Shape} has {channels} channels, which {groups} groups do not divide.");
        Check.Holds(operation, "gain", gain, channels, "one per channel");
        job.Batch = x.Shape[0];
        job.Channels = channels;
        job.Groups = groups;
        job.Inner = x.Shape.CountOf(2, x.Shape.Rank);
        job.Chunk = Partition.RowsPerChunk(job.Batch, (long)channels * job.Inner, DearChunk);
        return job;
    }

    private static void CheckResults(
        string operation, in Tensor x, in Tensor gain, in Tensor bias, in Tensor y, in Tensor mean, string nameSpread, in Tensor spread)
    {
        Check.Apart(operation, "y", y, x, gain, bias);
        Check.Apart(operation, "mean", mean, x, gain, bias, y);
        Check.Apart(operation, nameSpread, spread, x, gain, bias, y);
        Check.Apart(operation, nameSpread, spread, mean);
    }

    private static void PrepareChannelGradient(
        string operation, ref ChannelNormJob job, in Tensor x, in Tensor gain, in Tensor dy, in Tensor dx, in Tensor dGain, in Tensor dBias)
    {
        job.DY = dy.For(operation, "dy");
        Check.SameShape(operation, "x", x, "dy", dy);
        Check.Holds(operation, "dx", dx, x.Count, "one per number of x");
        Check.Holds(operation, "dGain", dGain, job.Channels, "one per channel");
        Check.Holds(operation, "dBias", dBias, job.Channels, "one per channel");
        Check.Apart(operation, "dx", dx, x, gain, dy);
        Check.Apart(operation, "dGain", dGain, x, gain, dy);
        Check.Apart(operation, "dBias", dBias, x, gain, dy);
        job.DX = dx.ForOptional(operation, "dx");
        job.DGain = dGain.ForOptional(operation, "dGain");
        job.DBias = dBias.ForOptional(operation, "dBias");
    }
}
