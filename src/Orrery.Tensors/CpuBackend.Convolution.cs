using Orrery.Tensors.Kernels;
using Orrery.Tensors.Kernels.Convolution;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    // Multiplications that are worth handing to a thread.
    private const long WorthwhileProducts = 200_000;

    // Pictures share the sums of a weight gradient in at most this many chunks, whatever the number of threads.
    private const int WeightGradientChunks = 32;

    /// <inheritdoc/>
    public override void Convolution2d(
        Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, Tensor y, Activation activation = Activation.Identity)
    {
        ForwardJob job = new()
        {
            X = x.For("Convolution2d", "x"),
            Weight = weight.For("Convolution2d", "the weight"),
            Bias = bias.ForOptional("Convolution2d", "bias"),
            Y = y.For("Convolution2d", "y"),
            Activation = activation,
            Plan = ConvolutionPlan.Create("Convolution2d", x.Shape, weight.Shape, y.Shape, geometry),
        };
        Check.Holds("Convolution2d", "bias", bias, weight.Shape[0], "one per output channel");
        Check.Apart("Convolution2d", "y", y, x, weight, bias);
        using Lock.Scope turn = _pool.TakeTurn();
        job.Layout = InputLayout.Create(job.Plan, (int*)_pool.Shared.Take(InputLayout.TableLength(job.Plan)));
        job.Chunk = Partition.RowsPerChunk(job.Plan.Batch, job.Plan.Work, WorthwhileProducts);
        _pool.Run(&ForwardJob.Run, &job, Partition.Chunks(job.Plan.Batch, job.Chunk), job.ScratchFloats);
    }

    /// <inheritdoc/>
    public override void Convolution2dGradientInput(Tensor dy, Tensor weight, ConvolutionGeometry geometry, Tensor dx)
    {
        float* kernels = weight.For("Convolution2dGradientInput", "the weight");
        InputGradientJob job = new()
        {
            X = dx.For("Convolution2dGradientInput", "dx"),
            Y = dy.For("Convolution2dGradientInput", "dy"),
            Plan = ConvolutionPlan.Create("Convolution2dGradientInput", dx.Shape, weight.Shape, dy.Shape, geometry),
        };
        Check.Apart("Convolution2dGradientInput", "dx", dx, dy, weight);
        using Lock.Scope turn = _pool.TakeTurn();
        job.Layout = GradientLayout.Create(job.Plan, kernels, _pool.Shared.Take(GradientLayout.TableFloats(job.Plan)));
        job.Chunk = Partition.RowsPerChunk(job.Plan.Batch, job.Plan.Work, WorthwhileProducts);
        _pool.Run(&InputGradientJob.Run, &job, Partition.Chunks(job.Plan.Batch, job.Chunk), job.ScratchFloats);
    }

    /// <inheritdoc/>
    public override void Convolution2dGradientWeight(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dWeight, Tensor dBias)
    {
        dy.For("Convolution2dGradientWeight", "dy");
        Check.Rank("Convolution2dGradientWeight", "dy", dy.Shape, 4, "[B, outputs, H', W']");
        Check.Holds("Convolution2dGradientWeight", "dBias", dBias, dy.Shape[1], "one per output channel");
        Check.Apart("Convolution2dGradientWeight", "dWeight", dWeight, x, dy);
        Check.Apart("Convolution2dGradientWeight", "dBias", dBias, x, dy);
        if (!dWeight.IsNull)
            AddWeightGradient(x, dy, geometry, dWeight, dBias);
        else if (!dBias.IsNull)
            AddChannelSums(dy, dBias);
    }

    // Each chunk of pictures has sums of its own, which are added in the order of chunks.
    private void AddWeightGradient(in Tensor x, in Tensor dy, ConvolutionGeometry geometry, in Tensor dWeight, in Tensor dBias)
    {
        float* weightTarget = dWeight.For("Convolution2dGradientWeight", "dWeight");
        float* biasTarget = dBias.ForOptional("Convolution2dGradientWeight", "dBias");
        WeightGradientJob job = new()
        {
            X = x.For("Convolution2dGradientWeight", "x"),
            Y = dy.For("Convolution2dGradientWeight", "dy"),
            Plan = ConvolutionPlan.Create("Convolution2dGradientWeight", x.Shape, dWeight.Shape, dy.Shape, geometry),
            WantsBias = !dBias.IsNull,
        };
        ref ConvolutionPlan plan = ref job.Plan;
        job.Chunk = Math.Max(
            (plan.Batch + WeightGradientChunks - 1) / WeightGradientChunks, Partition.RowsPerChunk(plan.Batch, plan.Work, WorthwhileProducts));
        int chunks = Partition.Chunks(plan.Batch, job.Chunk);
        long sums = PatchLayout.SumFloats(plan);
        using Lock.Scope turn = _pool.TakeTurn();
        float* shared = _pool.Shared.Take(PatchLayout.TableFloats(plan) + (chunks * sums));
        job.Layout = PatchLayout.Create(plan, (int*)shared);
        job.Sums = shared + PatchLayout.TableFloats(plan);
        _pool.Run(&WeightGradientJob.Run, &job, chunks, job.Layout.Floats(plan));
        if (chunks == 0)
            return;
        for (int chunk = 1; chunk < chunks; chunk++)
            SumKernel.Add(job.Sums + (chunk * sums), job.Sums, (int)sums);
        job.Layout.AddTo(plan, job.Sums, weightTarget);
        if (job.WantsBias)
            SumKernel.Add(job.Sums + PatchLayout.WeightFloats(plan), biasTarget, plan.Outputs);
    }

    // [B, C, ...] summed over all axes but C, added to [C].
    private void AddChannelSums(in Tensor x, in Tensor target)
    {
        ChannelSumJob job = new()
        {
            X = x.For("Convolution2dGradientWeight", "dy"),
            Sums = target.For("Convolution2dGradientWeight", "dBias"),
            Batch = x.Shape[0],
            Channels = x.Shape[1],
            Inner = x.Shape.CountOf(2, x.Shape.Rank),
        };
        job.Chunk = Partition.RowsPerChunk(job.Channels, (long)job.Batch * job.Inner, CheapChunk);
        _pool.Run(&ChannelSumJob.Run, &job, Partition.Chunks(job.Channels, job.Chunk));
    }

    private struct ChannelSumJob
    {
        public float* X;
        public float* Sums;
        public int Batch;
        public int Channels;
        public int Inner;
        public int Chunk;

        public static void Run(void* data, int chunk, float* scratch)
        {
            ChannelSumJob* job = (ChannelSumJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Channels);
            for (int channel = start; channel < start + length; channel++)
            {
                double sum = 0;
                for (int sample = 0; sample < job->Batch; sample++)
                    sum += SumKernel.Sum(job->X + ((((long)sample * job->Channels) + channel) * job->Inner), job->Inner);
                job->Sums[channel] += (float)sum;
            }
        }
    }

    private struct ForwardJob
    {
        public ConvolutionPlan Plan;
        public InputLayout Layout;
        public float* X;
        public float* Weight;
        public float* Bias;
        public float* Y;
        public int Chunk;
        public Activation Activation;

        // Positions between rows that do not count have to be left out of y, unless there are none.
        private readonly bool IsDirect => Layout.Positions == Plan.Places;

        private readonly int ResultRow => (Layout.Positions + OffsetProduct.Slack - 1) / OffsetProduct.Slack * OffsetProduct.Slack;

        public readonly long ScratchFloats => Layout.Floats(Plan) + (IsDirect ? 0 : (long)Plan.GroupOutputs * ResultRow);

        public static void Run(void* data, int chunk, float* scratch)
        {
            ForwardJob* job = (ForwardJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Batch);
            for (int sample = start; sample < start + length; sample++)
                for (int group = 0; group < job->Plan.Geometry.Groups; group++)
                    job->RunGroup(sample, group, scratch);
        }

        private readonly void RunGroup(int sample, int group, float* planes)
        {
            Layout.Fill(Plan, X + Plan.PictureOffset(sample, group), planes);
            float* y = Y + Plan.ResultOffset(sample, group);
            float* result = planes + Layout.Floats(Plan);
            OffsetProduct product = new()
            {
                A = Weight + ((long)group * Plan.GroupOutputs * Plan.Depth),
                ARow = Plan.Depth,
                B = planes,
                Offsets = Layout.Offsets,
                C = IsDirect ? y : result,
                CRow = IsDirect ? Plan.Places : ResultRow,
                HasSlack = !IsDirect,
                Rows = Plan.GroupOutputs,
                Columns = Layout.Positions,
                Depth = Plan.Depth,
                Bias = Bias == null ? null : Bias + (group * Plan.GroupOutputs),
            };
            product.Run();
            if (!IsDirect)
                Compact(result, y);
            UnaryKernel.Activate(Activation, y, Plan.GroupOutputs * Plan.Places);
        }

        private readonly void Compact(float* result, float* y)
        {
            for (int output = 0; output < Plan.GroupOutputs; output++)
                for (int row = 0; row < Plan.OutputHeight; row++, y += Plan.OutputWidth)
                    Interleave.Copy(result + ((long)output * ResultRow) + ((long)row * Layout.X.Pitch), y, Plan.OutputWidth);
        }
    }

    private struct InputGradientJob
    {
        public ConvolutionPlan Plan;
        public GradientLayout Layout;
        public float* X;
        public float* Y;
        public int Chunk;

        public readonly long ScratchFloats => Layout.GradientFloats(Plan) + Layout.ResultFloats;

        public static void Run(void* data, int chunk, float* scratch)
        {
            InputGradientJob* job = (InputGradientJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Batch);
            for (int sample = start; sample < start + length; sample++)
                for (int group = 0; group < job->Plan.Geometry.Groups; group++)
                    job->RunGroup(sample, group, scratch);
        }

        private readonly void RunGroup(int sample, int group, float* gradient)
        {
            float* picture = X + Plan.PictureOffset(sample, group);
            float* results = gradient + Layout.GradientFloats(Plan);
            Layout.Fill(Plan, Y + Plan.ResultOffset(sample, group), gradient);
            int phases = Plan.Geometry.StrideX * Plan.Geometry.StrideY;
            for (GradientPhase* phase = Layout.Phases; phase < Layout.Phases + phases; phase++)
            {
                if (phase->Depth == 0)
                    continue;
                OffsetProduct product = Layout.Product(Plan, *phase, group, gradient, results + phase->Result);
                if (Layout.IsDirect)
                {
                    product.C = picture;
                    product.CRow = Plan.Height * Plan.Width;
                    product.Accumulate = true;
                    product.HasSlack = false;
                }

                product.Run();
            }

            if (!Layout.IsDirect)
                Layout.Scatter(Plan, results, picture);
        }
    }

    private struct WeightGradientJob
    {
        public ConvolutionPlan Plan;
        public PatchLayout Layout;
        public float* X;
        public float* Y;
        public float* Sums;
        public int Chunk;
        public bool WantsBias;

        public static void Run(void* data, int chunk, float* scratch)
        {
            WeightGradientJob* job = (WeightGradientJob*)data;
            long sums = PatchLayout.SumFloats(job->Plan);
            float* target = job->Sums + (chunk * sums);
            new Span<float>(target, (int)sums).Clear();
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Batch);
            for (int sample = start; sample < start + length; sample++)
                for (int group = 0; group < job->Plan.Geometry.Groups; group++)
                    job->RunGroup(sample, group, scratch, target);
        }

        private readonly void RunGroup(int sample, int group, float* patches, float* target)
        {
            int row = Plan.KernelY * Layout.LinePitch;
            Layout.Fill(Plan, X + Plan.PictureOffset(sample, group), patches);
            OffsetProduct product = new()
            {
                A = Y + Plan.ResultOffset(sample, group),
                ARow = Plan.Places,
                Offsets = Layout.Offsets,
                CRow = row,
                Rows = Plan.GroupOutputs,
                Columns = Layout.Line,
                Depth = Plan.Places,
                Accumulate = true,
                HasSlack = true,
            };
            for (int ky = 0; ky < Plan.KernelY; ky++)
            {
                product.B = patches + ((long)ky * Layout.Columns * Plan.GroupChannels);
                product.C = target + ((long)group * Plan.GroupOutputs * row) + (ky * Layout.LinePitch);
                product.Run();
            }

            float* bias = target + PatchLayout.WeightFloats(Plan) + (group * Plan.GroupOutputs);
            for (int output = 0; output < Plan.GroupOutputs && WantsBias; output++)
                bias[output] += (float)SumKernel.Sum(product.A + ((long)output * Plan.Places), Plan.Places);
        }
    }
}
