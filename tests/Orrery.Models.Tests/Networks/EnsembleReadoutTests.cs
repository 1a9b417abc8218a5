using Orrery.Data.Datasets;
using Orrery.Models.Tests.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Networks;

public sealed class EnsembleReadoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_read_is_the_mean_of_what_the_members_read_and_they_differ()
    {
        using Dataset log = TrainingFixtures.LinearLog(_folder.File("log"), 300);
        TrainingFixtures.Train(TrainingFixtures.Log("history=4", "ensemble=3", "hidden=4", "linearOrder=0", "training.updates=20"), log, _folder.File("run"));
        using WorldModel model = WorldModel.Load(_folder.File("run"), _backend);
        Assert.Equal(3, model.Members);
        const int count = 5000;
        float[] latents = new float[count * model.LatentSize], read = new float[count], member = new float[count], mean = new float[count], first = [];
        new RandomStream(1, "latents").FillNormal(latents);
        model.Read(latents, count, read);
        for (int one = 0; one < 3; one++)
        {
            model.ReadMember(one, latents, count, member);
            for (int place = 0; place < count; place++)
                mean[place] += member[place] / 3;
            first = one == 0 ? [.. member] : first;
        }

        Assert.NotEqual(first, member);
        for (int place = 0; place < count; place++)
            Assert.Equal(read[place], mean[place], 1e-3f);
    }

    [Fact]
    public void A_member_that_is_not_there_and_spans_that_do_not_fit_are_refused()
    {
        using Dataset log = TrainingFixtures.LinearLog(_folder.File("log"), 300);
        TrainingFixtures.Train(TrainingFixtures.Log("history=5", "ensemble=2", "training.updates=4"), log, _folder.File("run"));
        using WorldModel model = WorldModel.Load(_folder.File("run"), _backend);
        float[] latent = new float[model.LatentSize], read = new float[1];
        Assert.Contains("members 0 to 1", Assert.Throws<ArgumentException>(() => model.ReadMember(2, latent, 1, read)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.ReadMember(-1, latent, 1, read));
        Assert.Throws<ArgumentException>(() => model.ReadMember(0, latent, 2, read));
        Assert.Throws<ArgumentException>(() => model.ReadMember(0, latent, 1, new float[2]));
    }
}
