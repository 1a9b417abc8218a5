using Orrery.Tensors.Kernels;
using Orrery.Tensors.Kernels.MatMul;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    // Pictures share the sums of a weight gradient in at most this many chunks, whatever the number of threads.
    private const int WeightGradientChunks = 16;

    /// <inheritdoc/>
    public override void Convolution2d(
        Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, Tensor y, Activation activation = Activation.Identity)
    {
        ConvolutionJob job = new()
        {
            Plan = ConvolutionPlan.Create("Convolution2d", x.Shape, weight.Shape, y.Shape, geometry),
            X = x.Pointer, Weight = weight.Pointer, Y = y.Pointer, Bias = bias.IsNull ? null : bias.Pointer, Activation = activation, Chunk = 1,
        };
        Check.Holds("Convolution2d", "bias", bias, weight.Shape[0], "one per output channel");
        _pool.Run(&ConvolutionJob.Forward, &job, job.Plan.Batch, job.ScratchFloats);
    }

    /// <inheritdoc/>
    public override void Convolution2dGradientInput(Tensor dy, Tensor weight, ConvolutionGeometry geometry, Tensor dx)
    {
        ConvolutionJob job = new()
        {
            Plan = ConvolutionPlan.Create("Convolution2dGradientInput", dx.Shape, weight.Shape, dy.Shape, geometry),
            X = dx.Pointer, Weight = weight.Pointer, Y = dy.Pointer, Chunk = 1,
        };
        _pool.Run(&ConvolutionJob.BackwardInput, &job, job.Plan.Batch, job.ScratchFloats);
    }

    /// <inheritdoc/>
    public override void Convolution2dGradientWeight(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dWeight, Tensor dBias)
    {
        Check.Rank("Convolution2dGradientWeight", "dy", dy.Shape, 4, "[B, outputs, H', W']");
        Check.Holds("Convolution2dGradientWeight", "dBias", dBias, dy.Shape[1], "one per output channel");
        if (!dBias.IsNull)
            AddChannelSums(dy, dBias);
        if (dWeight.IsNull)
            return;
        ConvolutionJob job = new()
        {
            Plan = ConvolutionPlan.Create("Convolution2dGradientWeight", x.Shape, dWeight.Shape, dy.Shape, geometry),
            X = x.Pointer, Weight = dWeight.Pointer, Y = dy.Pointer,
        };
        int batch = job.Plan.Batch;
        job.Chunk = Math.Max(1, (batch + WeightGradientChunks - 1) / WeightGradientChunks);
        int chunks = Partition.Chunks(batch, job.Chunk);
        job.Partials = _shared.Take((long)chunks * dWeight.Count);
        _pool.Run(&ConvolutionJob.BackwardWeight, &job, chunks, job.ScratchFloats);
        for (int chunk = 0; chunk < chunks; chunk++)
            SumKernel.Add(job.Partials + ((long)chunk * dWeight.Count), job.Weight, dWeight.Count);
    }

    // [B, C, ...] summed over all axes but C, added to [C].
    private void AddChannelSums(in Tensor x, in Tensor target)
    {
        ChannelSumJob job = new()
        {
            X = x.Pointer, Sums = target.Pointer, Batch = x.Shape[0], Channels = x.Shape[1], Inner = x.Shape.CountOf(2, x.Shape.Rank),
        };
        _pool.Run(&ChannelSumJob.Run, &job, (long)job.Batch * job.Inner * job.Channels < CheapChunk ? 1 : job.Channels);
    }

    private struct ChannelSumJob
    {
        public float* X;
        public float* Sums;
        public int Batch;
        public int Channels;
        public int Inner;

        public static void Run(void* data, int chunk, float* scratch)
        {
            ChannelSumJob* job = (ChannelSumJob*)data;
            bool whole = (long)job->Batch * job->Inner * job->Channels < CheapChunk;
            int end = whole ? job->Channels : chunk + 1;
            for (int channel = chunk; channel < end; channel++)
            {
                double sum = 0;
                for (int sample = 0; sample < job->Batch; sample++)
                    sum += SumKernel.Sum(job->X + ((((long)sample * job->Channels) + channel) * job->Inner), job->Inner);
                job->Sums[channel] += (float)sum;
            }
        }
    }

    private struct ConvolutionJob
    {
        public ConvolutionPlan Plan;
        public float* X;
        public float* Weight;
        public float* Y;
        public float* Bias;
        public float* Partials;
        public int Chunk;
        public Activation Activation;

        public readonly long ColumnsCount => ((long)Plan.Depth * Plan.Places) + 32;

        public readonly long ScratchFloats => ColumnsCount + Math.Max(
            BlockedProduct.ScratchFor(Plan.Depth, Plan.Places),
            Math.Max(BlockedProduct.ScratchFor(Plan.GroupOutputs, Plan.Places), BlockedProduct.ScratchFor(Plan.Places, Plan.Depth)));

        public static void Forward(void* data, int sample, float* scratch)
        {
            ConvolutionJob* job = (ConvolutionJob*)data;
            ref ConvolutionPlan plan = ref job->Plan;
            for (int group = 0; group < plan.Geometry.Groups; group++)
            {
                float* picture = job->X + ((long)sample * plan.PictureCount) + ((long)group * plan.GroupChannels * plan.Height * plan.Width);
                float* columns = job->Unfolded(picture, scratch);
                Product product = new()
                {
                    A = job->Weight + ((long)group * plan.GroupOutputs * plan.Depth), ARow = plan.Depth, AStep = 1,
                    B = columns, BStep = plan.Places, BColumn = 1,
                    C = job->Y + ((long)sample * plan.ResultCount) + ((long)group * plan.GroupOutputs * plan.Places), CRow = plan.Places,
                    Rows = plan.GroupOutputs, Columns = plan.Places, Depth = plan.Depth,
                    RowBias = job->Bias == null ? null : job->Bias + (group * plan.GroupOutputs), Activation = job->Activation,
                };
                BlockedProduct.Run(product, scratch + job->ColumnsCount);
            }
        }

        public static void BackwardInput(void* data, int sample, float* scratch)
        {
            ConvolutionJob* job = (ConvolutionJob*)data;
            ref ConvolutionPlan plan = ref job->Plan;
            for (int group = 0; group < plan.Geometry.Groups; group++)
            {
                float* picture = job->X + ((long)sample * plan.PictureCount) + ((long)group * plan.GroupChannels * plan.Height * plan.Width);
                Product product = new()
                {
                    A = job->Weight + ((long)group * plan.GroupOutputs * plan.Depth), ARow = 1, AStep = plan.Depth,
                    B = job->Y + ((long)sample * plan.ResultCount) + ((long)group * plan.GroupOutputs * plan.Places),
                    BStep = plan.Places, BColumn = 1,
                    C = plan.IsPointwise ? picture : scratch, CRow = plan.Places, Accumulate = plan.IsPointwise,
                    Rows = plan.Depth, Columns = plan.Places, Depth = plan.GroupOutputs,
                };
                BlockedProduct.Run(product, scratch + job->ColumnsCount);
                if (!plan.IsPointwise)
                    UnfoldKernel.FoldAdd(plan, scratch, picture);
            }
        }

        public static void BackwardWeight(void* data, int chunk, float* scratch)
        {
            ConvolutionJob* job = (ConvolutionJob*)data;
            ref ConvolutionPlan plan = ref job->Plan;
            int count = plan.Outputs * plan.Depth;
            float* partial = job->Partials + ((long)chunk * count);
            new Span<float>(partial, count).Clear();
            (int start, int length) = Partition.Range(chunk, job->Chunk, plan.Batch);
            for (int sample = start; sample < start + length; sample++)
            {
                for (int group = 0; group < plan.Geometry.Groups; group++)
                {
                    float* picture = job->X + ((long)sample * plan.PictureCount) + ((long)group * plan.GroupChannels * plan.Height * plan.Width);
                    float* columns = job->Unfolded(picture, scratch);
                    Product product = new()
                    {
                        A = job->Y + ((long)sample * plan.ResultCount) + ((long)group * plan.GroupOutputs * plan.Places),
                        ARow = plan.Places, AStep = 1, B = columns, BStep = 1, BColumn = plan.Places,
                        C = partial + ((long)group * plan.GroupOutputs * plan.Depth), CRow = plan.Depth, Accumulate = true,
                        Rows = plan.GroupOutputs, Columns = plan.Depth, Depth = plan.Places,
                    };
                    BlockedProduct.Run(product, scratch + job->ColumnsCount);
                }
            }
        }

        private float* Unfolded(float* picture, float* scratch)
        {
            if (Plan.IsPointwise)
                return picture;
            UnfoldKernel.Unfold(Plan, picture, scratch);
            return scratch;
        }
    }
}
