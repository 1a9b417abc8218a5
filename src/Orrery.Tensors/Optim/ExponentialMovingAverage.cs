using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Optim;

/// <summary>Lets the parameters of one block follow those of another: target = decay target + (1 - decay) online.</summary>
public sealed class ExponentialMovingAverage
{
    private readonly ParameterBlock _target;
    private readonly ParameterBlock _online;

    /// <summary>Pairs two blocks of the same parameters, and seals both.</summary>
    /// <param name="target">The block that follows.</param>
    /// <param name="online">The block that is trained.</param>
    /// <exception cref="ArgumentNullException">A block is null.</exception>
    /// <exception cref="ArgumentException">The parameters differ in number or shape.</exception>
    public ExponentialMovingAverage(ParameterBlock target, ParameterBlock online)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(online);
        if (!target.Parameters.Select(parameter => parameter.Shape).SequenceEqual(online.Parameters.Select(parameter => parameter.Shape)))
            throw new ArgumentException("ExponentialMovingAverage: the two blocks must have the same parameters in the same order; build both with the same modules.", nameof(target));
        _target = target;
        _online = online;
        target.Seal();
        online.Seal();
    }

    /// <summary>Makes the target equal to the online parameters and statistics.</summary>
    public void Copy()
    {
        _target.Backend.Copy(_online.Values, _target.Values);
        for (var index = 0; index < _target.Buffers.Count; index++)
            _target.Backend.Copy(_online.Buffers[index].Value, _target.Buffers[index].Value);
    }

    /// <summary>One step.</summary>
    /// <param name="decay">How much of the target is kept, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is outside [0, 1].</exception>
    public void Update(float decay)
    {
        if (!(decay is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(decay), $"ExponentialMovingAverage: the decay {decay} must be in [0, 1].");
        _target.Backend.ScaleInPlace(_target.Values, decay);
        _target.Backend.AddScaled(_online.Values, 1 - decay, _target.Values);
    }
}
