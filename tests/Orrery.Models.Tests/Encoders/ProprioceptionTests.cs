using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Encoders;
using Orrery.Models.Recipes;
using Orrery.Models.Tests.Training;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Encoders;

/// <summary>Pictures with what is measured of the body that acts beside them.</summary>
public sealed class ProprioceptionTests : IDisposable
{
    private static readonly string[] Fused = ["encoder.proprioception.hidden=8", "encoder.proprioception.size=4"];

    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public static TheoryData<EncoderRecipe> Kinds =>
    [
        new ResidualCnnRecipe([4, 4], 1, 8, "batch") { Proprioception = new(6, 5) },
        new VitRecipe(4, 8, 1, 2, 8, 8) { Proprioception = new(6, 5) },
    ];

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_through_the_fused_encoder_are_what_differences_say(EncoderRecipe recipe)
    {
        const int batch = 3, numbers = 4;
        RandomStream random = new(3, "fused");
        using ParameterBlock block = new(_backend);
        ObservationEncoder encoder = ObservationEncoder.Create(block, new ImageSpace("picture", 1, 8, 8), recipe, 6, random, numbers);
        block.Seal();
        float[] pictures = new float[batch * 64], proprioception = new float[batch * numbers], upstream = new float[batch * 6];
        random.FillUniform(pictures, 0, 1);
        random.FillNormal(proprioception);
        random.FillNormal(upstream);
        FiniteDifferences.Check(proprioception, new Shape(batch, numbers), (tape, x) => Loss(tape, tape.Constant(pictures, new Shape(batch, 1, 8, 8)), x), step: 3e-3f);
        FiniteDifferences.Check(pictures, new Shape(batch, 1, 8, 8), (tape, x) => Loss(tape, x, tape.Constant(proprioception, new Shape(batch, numbers))), step: 3e-3f);

        Tensor Loss(Tape tape, Tensor seen, Tensor felt) =>
            tape.Sum(tape.Multiply(encoder.Forward(tape, seen, training: false, felt), tape.Constant(upstream, new Shape(batch, 6))));
    }

    [Fact]
    public void The_latent_holds_both_and_changes_when_either_does()
    {
        using Dataset dataset = Mover("data");
        using WorldModel model = Trained(dataset, "run", Fused);
        byte[] seen = new byte[model.StackSize];
        model.Look(dataset, 7, seen);
        float[] whole = Latent(model, seen);
        byte[] numb = [.. seen], blind = [.. seen];
        numb.AsSpan(256).Clear();
        blind.AsSpan(0, 256).Clear();
        Assert.True(Distance(whole, Latent(model, numb)) > 1e-3, "Zeroed proprioception changes nothing.");
        Assert.True(Distance(whole, Latent(model, blind)) > 1e-3, "A black picture changes nothing.");
        Assert.Equal(whole, Latent(model, seen));
    }

    [Fact]
    public void Numbers_are_normalised_with_statistics_of_the_training_part()
    {
        using Dataset dataset = Mover("data");
        using WorldModel model = Trained(dataset, "run", Fused);
        var training = dataset.Measure(TrainingSplit.Of(model.Description, dataset).Training).Proprioception!;
        Assert.Equal(training.Mean[0], model.Description.Proprioception!.Mean[0], 1e-9);
        Assert.Equal(training.StandardDeviation[1], model.Description.Proprioception.Scale[1], 1e-9);
        Assert.NotEqual(dataset.Statistics.Proprioception!.Mean[0], model.Description.Proprioception.Mean[0], 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_number_is_refused_by_name(float value)
    {
        using Dataset dataset = Mover("data");
        using WorldModel model = Trained(dataset, "run", Fused);
        byte[] seen = new byte[model.StackSize];
        model.Look(dataset, 7, seen);
        MemoryMarshal.Write(seen.AsSpan(260), value);
        ArgumentException problem = Assert.Throws<ArgumentException>(() => Latent(model, seen));
        Assert.Contains("Proprioception 'vx' is", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stacked_rows_carry_their_own_numbers()
    {
        using Dataset dataset = Mover("data");
        using WorldModel model = Trained(dataset, "run", [.. Fused, "frames=2"]);
        Assert.Equal((256 + 8, 2 * (256 + 8)), (model.ObservationBytes, model.StackSize));
        ObservationStack stack = new(2, model.ObservationBytes);
        foreach (int row in (int[])[6, 7])
            stack.Push([.. dataset.Pixels(row), .. MemoryMarshal.AsBytes(dataset.Proprioception(row))]);
        LatentTable table = LatentTable.Encode(model, dataset, [dataset.Episodes[0]]);
        Assert.All(Latent(model, stack.Bytes.ToArray()).Zip(table[table.Rows.IndexOf(7L)].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        byte[] other = stack.Bytes.ToArray();
        MemoryMarshal.Write(other.AsSpan(256), 9f);
        Assert.NotEqual(Latent(model, stack.Bytes.ToArray()), Latent(model, other));
    }

    [Fact]
    public void A_model_that_does_not_read_it_is_the_same_to_the_bit_whether_it_is_there_or_not()
    {
        using Dataset felt = Mover("felt"), plain = Mover("plain", proprioception: false);
        using WorldModel with = Trained(felt, "with", []), without = Trained(plain, "without", []);
        Assert.Null(with.Description.Spaces.Proprioception);
        Assert.Equal((256, 256), (with.ObservationBytes, without.ObservationBytes));
        byte[] seen = new byte[256];
        with.Look(felt, 7, seen);
        Assert.Equal(Latent(without, seen), Latent(with, seen));
        Assert.True(with.CanRead(felt.Spaces.Observation, felt.Spaces.Proprioception));
    }

    [Fact]
    public void A_checkpoint_of_version_1_is_read_to_the_bit()
    {
        using Dataset dataset = Mover("data", proprioception: false);
        byte[] seen = [.. dataset.Pixels(7)];
        float[] latent;
        using (WorldModel model = Trained(dataset, "run", []))
            latent = Latent(model, seen);
        string checkpoint = Directory.GetDirectories(Path.Combine(_folder.File("run"), "checkpoints"))[^1];
        foreach (string file in (string[])["recipe.json", "statistics.json"])
            Assert.DoesNotContain("proprioception", File.ReadAllText(Path.Combine(checkpoint, file)), StringComparison.OrdinalIgnoreCase);
        string weights = Path.Combine(checkpoint, "model.safetensors");
        string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(weights));
        Assert.Contains("\"orrery.checkpoint.version\":\"2\"", text, StringComparison.Ordinal);
        File.WriteAllBytes(weights, System.Text.Encoding.Latin1.GetBytes(
            text.Replace("\"orrery.checkpoint.version\":\"2\"", "\"orrery.checkpoint.version\":\"1\"", StringComparison.Ordinal)));
        using WorldModel old = WorldModel.Load(checkpoint, _backend);
        Assert.Equal(latent, Latent(old, seen));
    }

    [Fact]
    public void Training_ends_with_the_same_bits_on_any_number_of_threads()
    {
        using Dataset dataset = Mover("data");
        byte[] Weights(int threads)
        {
            TrainingSummary summary = TrainingFixtures.Train(Small(Fused), dataset, _folder.File($"threads-{threads}"), threads);
            return File.ReadAllBytes(Path.Combine(summary.Checkpoint, "model.safetensors"));
        }

        Assert.Equal(Weights(1), Weights(2));
    }

    [Fact]
    public void Data_without_it_are_refused_in_a_sentence_and_nothing_is_written()
    {
        using Dataset dataset = Mover("data", proprioception: false);
        RecipeException problem = Assert.Throws<RecipeException>(() => TrainingFixtures.Train(Small(Fused), dataset, _folder.File("run")));
        Assert.Contains("reads proprioception beside pictures (encoder.proprioception)", problem.Message, StringComparison.Ordinal);
        Assert.Contains(dataset.Folder, problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Fact]
    public void Spaces_without_it_are_refused_when_a_model_is_built()
    {
        using Dataset dataset = Mover("data", proprioception: false);
        using WorldModel model = Trained(dataset, "run", []);
        Assert.Contains(
            "nothing is measured beside the picture",
            Assert.Throws<RecipeException>(() => WorldModel.Untrained(Small(Fused), model.Description, _backend)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoder.proprioception is given", "encoder.kind=mlp", "encoder.hidden=[]", "encoder.proprioception.size=4")]
    [InlineData("encoder.proprioception.size is 0", "encoder.proprioception.size=0")]
    [InlineData("encoder.proprioception.hidden is 0", "encoder.proprioception.hidden=0")]
    [InlineData("Did you mean 'hidden'", "encoder.proprioception.hiden=4")]
    public void A_recipe_that_makes_no_sense_says_so(string said, params string[] settings) =>
        Assert.Contains(said, Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/debug", settings)).Message, StringComparison.Ordinal);

    private static LatentRecipe Small(params string[] settings) => (LatentRecipe)RecipeFile.Load(
        "two-rooms/debug", ["actionBlock=1", "training.updates=6", "training.batch=4", "training.window=3", "training.validateEvery=6", "heldOutShare=0.25", .. settings]);

    private WorldModel Trained(Dataset dataset, string run, params string[] settings)
    {
        TrainingFixtures.Train(Small(settings), dataset, _folder.File(run));
        return WorldModel.Load(_folder.File(run), _backend);
    }

    private static float[] Latent(WorldModel model, byte[] seen)
    {
        float[] latent = new float[model.LatentSize];
        model.Encode(seen, 1, latent);
        return latent;
    }

    private static double Distance(float[] one, float[] other) => Math.Sqrt(one.Zip(other, (a, b) => Math.Pow(a - b, 2)).Sum());

    private Dataset Mover(string name, bool proprioception = true) => TrainingFixtures.Mover(_folder.File(name), proprioception);
}
