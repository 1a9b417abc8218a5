using System.Runtime.InteropServices;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Spaces;
using Orrery.Models.Decoders;
using Orrery.Models.Encoders;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>From stacked pictures or vectors to a latent, an action-conditioned predictor, and perhaps a decoder back to a picture.</summary>
internal sealed class LatentNetwork : WorldModelNetwork
{
    private readonly ObservationEncoder _encoder;
    private readonly PictureDecoder? _decoder;
    private readonly SeenParts? _parts;
    private readonly int[] _shape;

    public LatentNetwork(Backend backend, LatentRecipe recipe, DatasetSpaces spaces, Normalizer? proprioception, RandomStream random)
        : base(backend, recipe.LatentSize, recipe.ActionBlock * spaces.Action.Size)
    {
        Space space = spaces.Observation;
        Space = space;
        Frames = recipe.Frames;
        if (recipe.Encoder.Proprioception is not null && spaces.Proprioception is { } numbers && proprioception is not null)
            _parts = new SeenParts(space.Size, numbers, proprioception);
        ObservationBytes = _parts?.Bytes ?? (space is ImageSpace ? space.Size : sizeof(float) * space.Size);
        Space stack = space switch
        {
            ImageSpace image => new ImageSpace(image.Name, Frames * image.Channels, image.Height, image.Width),
            VectorSpace vector => new VectorSpace(vector.Name, [.. Enumerable.Range(0, Frames).SelectMany(
                frame => vector.Dimensions.Select(dimension => dimension with { Name = Frames == 1 ? dimension.Name : $"{dimension.Name} {frame}" }))]),
            _ => throw new RecipeException($"The recipe '{recipe.Name}' does not fit observations of the kind '{space.Name}'."),
        };
        _shape = stack is ImageSpace pictures ? [pictures.Channels, pictures.Height, pictures.Width] : [stack.Size];
        _encoder = ObservationEncoder.Create(Block, stack, recipe.Encoder, recipe.LatentSize, random, _parts is null ? 0 : Frames * spaces.Proprioception!.Size);
        Predictor = LatentPredictor.Create(Block, recipe.Predictor, recipe.LatentSize, StepSize, random);
        if (recipe.Decoder is not null)
            _decoder = new PictureDecoder(
                Block, space as ImageSpace ?? throw new RecipeException("The recipe's decoder draws pictures, but what is seen is a vector. Leave it out."), recipe.Decoder, recipe.LatentSize, random);
    }

    /// <summary>One observation.</summary>
    public Space Space { get; }

    /// <summary>F: observations that the encoder sees at once.</summary>
    public int Frames { get; }

    /// <summary>Bytes of one observation: of a picture and the proprioception that is read beside it, or of the numbers of a vector.</summary>
    public int ObservationBytes { get; }

    /// <summary>Bytes of all that the encoder sees at once.</summary>
    public int StackBytes => Frames * ObservationBytes;

    /// <summary>Whether <see cref="Decode"/> works.</summary>
    public bool HasDecoder => _decoder is not null;

    public override LatentPredictor Predictor { get; }

    /// <summary>Copies what is seen at a row of a dataset of pictures.</summary>
    /// <param name="dataset">Its spaces are those of the network.</param>
    /// <param name="row">The row.</param>
    /// <param name="seen">Receives the bytes of the picture and, where it is read, of proprioception in physical units.</param>
    public void Look(Dataset dataset, long row, Span<byte> seen)
    {
        ReadOnlySpan<byte> pixels = dataset.Pixels(row);
        pixels.CopyTo(seen);
        if (_parts is not null)
            MemoryMarshal.AsBytes(dataset.Proprioception(row)).CopyTo(seen[pixels.Length..]);
    }

    /// <summary>
    /// Puts what is seen on a tape, oldest first: pictures, scaled to 0..1, as [B, F C, H, W]; vectors, which come as the bytes of normalised
    /// numbers, as [B, F O].
    /// </summary>
    /// <param name="tape">Where to.</param>
    /// <param name="seen">[B, F] observations as bytes.</param>
    /// <param name="proprioception">What was measured beside pictures, normalised, [B, F P]; none where it is not read.</param>
    /// <exception cref="ArgumentException">A number of proprioception is not finite.</exception>
    public Tensor Upload(Tape tape, ReadOnlySpan<byte> seen, out Tensor proprioception)
    {
        int batch = seen.Length / StackBytes;
        proprioception = default;
        if (_parts is not null)
        {
            _parts.Split(seen);
            seen = _parts.Pictures;
            proprioception = tape.Constant(_parts.Numbers, new Shape(batch, _parts.Numbers.Length / batch));
        }

        Tensor stacks = tape.Input(_shape.Length == 3 ? new Shape(batch, _shape[0], _shape[1], _shape[2]) : new Shape(batch, _shape[0]));
        if (Space is ImageSpace)
            tape.Backend.Upload(seen, stacks, 1f / 255, 0);
        else
            tape.Backend.Upload(MemoryMarshal.Cast<byte, float>(seen), stacks);
        return stacks;
    }

    /// <summary>What <see cref="Upload"/> gave to [B, D].</summary>
    public Tensor Encode(Tape tape, Tensor stacks, Tensor proprioception, bool training) => _encoder.Forward(tape, stacks, training, proprioception);

    /// <summary>[B, D] to the log-odds [B, C, H, W] of the newest picture.</summary>
    public Tensor Decode(Tape tape, Tensor latents) =>
        (_decoder ?? throw new InvalidOperationException("Decode: this model has no decoder.")).Forward(tape, latents);
}
