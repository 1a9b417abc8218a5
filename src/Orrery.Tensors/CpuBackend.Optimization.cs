using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void AdamWStep(
        Tensor values, Tensor gradients, Tensor firstMoment, Tensor secondMoment, Tensor decayMask, in AdamWSettings settings)
    {
        Check.That(settings.Step >= 1, $"AdamWStep: the step's number is {settings.Step}; steps count from 1.");
        AdamWJob job = new()
        {
            Values = values.For("AdamWStep", "values"),
            Gradients = gradients.For("AdamWStep", "gradients"),
            First = firstMoment.For("AdamWStep", "firstMoment"),
            Second = secondMoment.For("AdamWStep", "secondMoment"),
            Mask = decayMask.ForOptional("AdamWStep", "decayMask"),
            Count = values.Count,
            Coefficients = new AdamWCoefficients(settings),
        };
        Check.SameCount("AdamWStep", "values", values, "gradients", gradients);
        Check.SameCount("AdamWStep", "values", values, "firstMoment", firstMoment);
        Check.SameCount("AdamWStep", "values", values, "secondMoment", secondMoment);
        Check.Holds("AdamWStep", "decayMask", decayMask, values.Count, "one per value");
        Check.Apart("AdamWStep", "values", values, gradients, firstMoment, secondMoment, decayMask);
        Check.Apart("AdamWStep", "firstMoment", firstMoment, gradients, secondMoment, decayMask);
        Check.Apart("AdamWStep", "secondMoment", secondMoment, gradients, decayMask);
        _pool.Run(&AdamWJob.Run, &job, Partition.Chunks(values.Count, DearChunk));
    }

    private struct AdamWJob
    {
        public float* Values;
        public float* Gradients;
        public float* First;
        public float* Second;
        public float* Mask;
        public int Count;
        public AdamWCoefficients Coefficients;

        public static void Run(void* data, int chunk, float* scratch)
        {
            AdamWJob* job = (AdamWJob*)data;
            (int start, int length) = Partition.Range(chunk, DearChunk, job->Count);
            AdamWKernel.Step(
                job->Values + start, job->Gradients + start, job->First + start, job->Second + start,
                job->Mask == null ? null : job->Mask + start, length, job->Coefficients);
        }
    }
}
