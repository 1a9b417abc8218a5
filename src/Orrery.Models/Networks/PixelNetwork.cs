using Orrery.Data.Spaces;
using Orrery.Models.Decoders;
using Orrery.Models.Encoders;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>From stacked pictures to a latent, an action-conditioned predictor, and perhaps a decoder back to a picture.</summary>
internal sealed class PixelNetwork : WorldModelNetwork
{
    private readonly PixelEncoder _encoder;
    private readonly PictureDecoder? _decoder;

    public PixelNetwork(Backend backend, PixelRecipe recipe, ImageSpace space, int actionSize, RandomStream random)
        : base(backend, recipe.LatentSize, recipe.ActionBlock * actionSize)
    {
        Space = space;
        Frames = recipe.Frames;
        Stack = new ImageSpace(space.Name, recipe.Frames * space.Channels, space.Height, space.Width);
        _encoder = PixelEncoder.Create(Block, Stack, recipe.Encoder, recipe.LatentSize, random);
        Predictor = LatentPredictor.Create(Block, recipe.Predictor, recipe.LatentSize, StepSize, random);
        if (recipe.Decoder is not null)
            _decoder = new PictureDecoder(Block, space, recipe.Decoder, recipe.LatentSize, random);
    }

    /// <summary>One picture.</summary>
    public ImageSpace Space { get; }

    /// <summary>F: pictures that the encoder sees at once.</summary>
    public int Frames { get; }

    /// <summary>F pictures, oldest first, one after the other along the channels.</summary>
    public ImageSpace Stack { get; }

    /// <summary>Whether <see cref="Decode"/> works.</summary>
    public bool HasDecoder => _decoder is not null;

    public override LatentPredictor Predictor { get; }

    /// <summary>Puts stacks of pictures on a tape, scaled to 0..1: [B, F C, H, W].</summary>
    public Tensor Upload(Tape tape, ReadOnlySpan<byte> pixels)
    {
        Tensor pictures = tape.Input(new Shape(pixels.Length / Stack.Size, Stack.Channels, Stack.Height, Stack.Width));
        tape.Backend.Upload(pixels, pictures, 1f / 255, 0);
        return pictures;
    }

    /// <summary>[B, F C, H, W] to [B, D].</summary>
    public Tensor Encode(Tape tape, Tensor pictures, bool training) => _encoder.Forward(tape, pictures, training);

    /// <summary>[B, D] to the log-odds [B, C, H, W] of the newest picture.</summary>
    public Tensor Decode(Tape tape, Tensor latents) =>
        (_decoder ?? throw new InvalidOperationException("Decode: this model has no decoder.")).Forward(tape, latents);
}
