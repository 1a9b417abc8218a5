using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Optim;

/// <summary>
/// Stochastic gradient descent: g += decay p; v = momentum v + g; p -= lr v, or lr (g + momentum v) in Nesterov's form.
/// </summary>
public sealed class Sgd
{
    private readonly ParameterBlock _block;
    private readonly float _momentum;
    private readonly float _weightDecay;
    private readonly bool _nesterov;
    private readonly Tensor _velocity;

    /// <summary>Makes an optimiser for all parameters of a block, and seals the block.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="momentum">How much of the velocity is kept in a step.</param>
    /// <param name="weightDecay">Times the parameter, added to its gradient.</param>
    /// <param name="nesterov">Whether the step looks ahead along the velocity.</param>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    public Sgd(ParameterBlock block, float momentum = 0, float weightDecay = 0, bool nesterov = false)
    {
        ArgumentNullException.ThrowIfNull(block);
        _block = block;
        _momentum = momentum;
        _weightDecay = weightDecay;
        _nesterov = nesterov;
        block.Seal();
        if (momentum != 0) _velocity = block.AllocateLike();
    }

    /// <summary>The velocity of every parameter, in the layout of <see cref="ParameterBlock.Values"/>; null without momentum.</summary>
    public Tensor Velocity => _velocity;

    /// <summary>Moves the parameters against their gradients, to which the decay is added in place.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    public void Step(float learningRate)
    {
        var (backend, values, gradients) = (_block.Backend, _block.Values, _block.Gradients);
        if (_weightDecay != 0) backend.AddScaled(values, _weightDecay, gradients);
        if (_velocity.IsNull)
        {
            backend.AddScaled(gradients, -learningRate, values);
            return;
        }

        backend.ScaleInPlace(_velocity, _momentum);
        backend.AddScaled(gradients, 1, _velocity);
        if (_nesterov)
        {
            backend.AddScaled(gradients, -learningRate, values);
            backend.AddScaled(_velocity, -learningRate * _momentum, values);
        }
        else
        {
            backend.AddScaled(_velocity, -learningRate, values);
        }
    }
}
