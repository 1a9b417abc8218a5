using Orrery.Data.Spaces;
using Orrery.Models.Encoders;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>Convolutional encoder and action-conditioned predictor.</summary>
internal sealed class PixelNetwork : WorldModelNetwork
{
    private readonly PixelEncoder _encoder;

    public PixelNetwork(Backend backend, PixelRecipe recipe, ImageSpace space, int actionSize, RandomStream random)
        : base(backend, recipe.LatentSize, recipe.ActionBlock * actionSize)
    {
        Space = space;
        _encoder = PixelEncoder.Create(Block, space, recipe.Encoder, recipe.LatentSize, random);
        Predictor = LatentPredictor.Create(Block, recipe.Predictor, recipe.LatentSize, StepSize, random);
    }

    public ImageSpace Space { get; }

    public override LatentPredictor Predictor { get; }

    /// <summary>Puts pictures on a tape, scaled to 0..1: [B, C, H, W].</summary>
    public Tensor Upload(Tape tape, ReadOnlySpan<byte> pixels)
    {
        Tensor pictures = tape.Input(new Shape(pixels.Length / Space.Size, Space.Channels, Space.Height, Space.Width));
        tape.Backend.Upload(pixels, pictures, 1f / 255, 0);
        return pictures;
    }

    /// <summary>[B, C, H, W] to [B, D].</summary>
    public Tensor Encode(Tape tape, Tensor pictures, bool training) => _encoder.Forward(tape, pictures, training);
}
