using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments;

/// <summary>
/// Acts evenly at random over what an environment allows: in the disk where only the action's norm is limited, else in
/// the box. The floor that every planner is compared with.
/// </summary>
public sealed class RandomPolicy
{
    private readonly EnvironmentSpecification _specification;
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    /// <param name="specification">Of the environment to act in; every action dimension must have finite limits.</param>
    /// <param name="random">What to draw from.</param>
    /// <exception cref="ArgumentException">An action dimension has no limit.</exception>
    public RandomPolicy(EnvironmentSpecification specification, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(random);
        foreach (var dimension in specification.Action.Dimensions)
        {
            if (!double.IsFinite(dimension.Low) || !double.IsFinite(dimension.High))
            {
                throw new ArgumentException(
                    $"RandomPolicy: the action '{dimension.Name}' of {specification.Name} has the range {dimension.Low} to {dimension.High}; both must be finite.",
                    nameof(specification));
            }
        }

        _specification = specification;
        _random = random;
    }

    /// <summary>Draws an action.</summary>
    /// <param name="action">Receives [A] in physical units.</param>
    public void Act(Span<float> action)
    {
        var dimensions = _specification.Action.Dimensions;
        if (action.Length != dimensions.Count)
            throw new ArgumentException($"RandomPolicy.Act: a span of {action.Length} numbers came; {dimensions.Count} were needed.", nameof(action));
        double norm;
        do
        {
            norm = 0;
            for (var i = 0; i < action.Length; i++)
            {
                var value = dimensions[i].Low + ((dimensions[i].High - dimensions[i].Low) * _random.NextDouble());
                action[i] = (float)value;
                norm += (double)action[i] * action[i];
            }
        }
        while (_specification.ActionNormLimit is { } limit && norm > limit * limit);
    }
}
