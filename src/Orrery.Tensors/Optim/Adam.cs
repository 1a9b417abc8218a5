using Orrery.Tensors.Buffers;
using Orrery.Tensors.Serialization;

namespace Orrery.Tensors.Optim;

/// <summary>
/// Adam, whose weight decay is added to the gradient and so passes through the moments; see <see cref="AdamW"/> for the
/// decoupled form. Source: Kingma and Ba, 2014.
/// </summary>
public sealed class Adam
{
    private readonly ParameterBlock _block;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly float _epsilon;
    private readonly float _weightDecay;
    private readonly AdamMoments _moments;

    /// <summary>Makes an optimiser for all parameters of a block, and seals the block.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="beta1">How much of the mean gradient is kept in a step.</param>
    /// <param name="beta2">How much of the mean square gradient is kept in a step.</param>
    /// <param name="epsilon">Added to the root of the mean square.</param>
    /// <param name="weightDecay">Times the parameter, added to its gradient.</param>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    public Adam(ParameterBlock block, double beta1 = 0.9, double beta2 = 0.999, float epsilon = 1e-8f, float weightDecay = 0)
    {
        ArgumentNullException.ThrowIfNull(block);
        _block = block;
        _beta1 = beta1;
        _beta2 = beta2;
        _epsilon = epsilon;
        _weightDecay = weightDecay;
        block.Seal();
        _moments = new AdamMoments(block);
    }

    /// <summary>How many steps were made.</summary>
    public long StepCount => _moments.StepCount;

    /// <summary>The mean gradient of every parameter, in the layout of <see cref="ParameterBlock.Values"/>.</summary>
    public Tensor FirstMoment => _moments.First;

    /// <summary>The mean square gradient of every parameter, in the layout of <see cref="ParameterBlock.Values"/>.</summary>
    public Tensor SecondMoment => _moments.Second;

    /// <summary>Moves the parameters along their gradients, to which the decay is added in place.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    public void Step(float learningRate)
    {
        if (_weightDecay != 0) _block.Backend.AddScaled(_block.Values, _weightDecay, _block.Gradients);
        var settings = new AdamWSettings(learningRate, _beta1, _beta2, _epsilon, 0, _moments.NextStep());
        _block.Backend.AdamWStep(_block.Values, _block.Gradients, _moments.First, _moments.Second, default, settings);
    }

    /// <summary>The state to resume from: the moments and the number of steps.</summary>
    /// <param name="prefix">What the names start with.</param>
    /// <returns>The entries for a safetensors file.</returns>
    public IReadOnlyList<SafetensorsEntry> SaveState(string prefix = "optimizer") => _moments.Save(prefix);

    /// <summary>Continues from a saved state.</summary>
    /// <param name="file">The file with the state.</param>
    /// <param name="prefix">What the names start with.</param>
    /// <exception cref="InvalidDataException">The state is missing or does not fit the parameters.</exception>
    public void LoadState(SafetensorsFile file, string prefix = "optimizer") => _moments.Load(file, prefix);
}
