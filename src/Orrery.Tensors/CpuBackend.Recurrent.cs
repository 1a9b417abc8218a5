using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void GruGates(Tensor gi, Tensor gh, Tensor h, Tensor hNew, Tensor gates)
    {
        GruJob job = CreateGru("GruGates", gh, h, gates);
        job.Gi = gi.For("GruGates", "gi");
        job.Next = hNew.For("GruGates", "hNew");
        Check.SameShape("GruGates", "gi", gi, "gh", gh);
        Check.SameShape("GruGates", "h", h, "hNew", hNew);
        Check.Apart("GruGates", "hNew", hNew, gi, gh, h);
        Check.Apart("GruGates", "gates", gates, gi, gh, h, hNew);
        _pool.Run(&GruJob.Forward, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void GruGatesGradient(Tensor gh, Tensor h, Tensor gates, Tensor dhNew, Tensor dGi, Tensor dGh, Tensor dH)
    {
        GruJob job = CreateGru("GruGatesGradient", gh, h, gates);
        job.Next = dhNew.For("GruGatesGradient", "dhNew");
        Check.SameShape("GruGatesGradient", "h", h, "dhNew", dhNew);
        Check.Holds("GruGatesGradient", "dGi", dGi, gh.Count, "like gh");
        Check.Holds("GruGatesGradient", "dGh", dGh, gh.Count, "like gh");
        Check.Holds("GruGatesGradient", "dH", dH, h.Count, "like h");
        Check.Apart("GruGatesGradient", "dGi", dGi, gh, h, gates, dhNew);
        Check.Apart("GruGatesGradient", "dGh", dGh, gh, h, gates, dhNew);
        Check.Apart("GruGatesGradient", "dH", dH, gh, h, gates, dhNew);
        job.DGi = dGi.ForOptional("GruGatesGradient", "dGi");
        job.DGh = dGh.ForOptional("GruGatesGradient", "dGh");
        job.DH = dH.ForOptional("GruGatesGradient", "dH");
        _pool.Run(&GruJob.Backward, &job, job.Chunks);
    }

    private static GruJob CreateGru(string operation, in Tensor gh, in Tensor h, in Tensor gates)
    {
        GruJob job = new() { Gh = gh.For(operation, "gh"), H = h.For(operation, "h"), Gates = gates.For(operation, "gates") };
        Check.That(
            h.Shape.Rank >= 1 && gh.Shape.Rank == h.Shape.Rank && gh.Shape[-1] == 3 * h.Shape[-1] && gh.Count == 3 * h.Count,
            $"{operation}: gh {gh.Shape} must be [..., 3 D] for h {h.Shape}, [..., D].");
        Check.SameShape(operation, "gh", gh, "gates", gates);
        int width = h.Shape[-1], rows = width == 0 ? 0 : h.Count / width;
        job.Rows = rows;
        job.Width = width;
        job.Chunk = Partition.RowsPerChunk(rows, 3L * width, DearChunk);
        return job;
    }

    private struct GruJob
    {
        public float* Gi;
        public float* Gh;
        public float* H;
        public float* Next;
        public float* Gates;
        public float* DGi;
        public float* DGh;
        public float* DH;
        public int Rows;
        public int Width;
        public int Chunk;

        public readonly int Chunks => Partition.Chunks(Rows, Chunk);

        public static void Forward(void* data, int chunk, float* scratch)
        {
            GruJob* job = (GruJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (int row = start; row < start + length; row++)
            {
                long narrow = (long)row * job->Width, wide = 3 * narrow;
                GruKernel.Forward(job->Gi + wide, job->Gh + wide, job->H + narrow, job->Next + narrow, job->Gates + wide, job->Width);
            }
        }

        public static void Backward(void* data, int chunk, float* scratch)
        {
            GruJob* job = (GruJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (int row = start; row < start + length; row++)
            {
                long narrow = (long)row * job->Width, wide = 3 * narrow;
                GruKernel.Backward(
                    job->Gh + wide, job->H + narrow, job->Gates + wide, job->Next + narrow, job->DGi == null ? null : job->DGi + wide,
                    job->DGh == null ? null : job->DGh + wide, job->DH == null ? null : job->DH + narrow, job->Width);
            }
        }
    }
}
