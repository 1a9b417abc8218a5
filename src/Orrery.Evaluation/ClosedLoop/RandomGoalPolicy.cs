using Orrery.Data;
using Orrery.Environments;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>Acts evenly at random over what the environment allows, and looks at neither picture: the floor of every success rate.</summary>
/// <param name="specification">Of the environment to act in.</param>
public sealed class RandomGoalPolicy(EnvironmentSpecification specification) : IGoalPolicy
{
    private RandomPolicy? _policy;

    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public bool Planned => false;

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> goalSeen, ulong seed) =>
        _policy = new RandomPolicy(specification, new RandomStream(seed, "evaluation/random-policy"));

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No episode was begun.</exception>
    public void Act(ReadOnlySpan<byte> seen, Span<float> action) =>
        (_policy ?? throw new InvalidOperationException("RandomGoalPolicy.Act: no episode was begun; call Begin first.")).Act(action);

    /// <inheritdoc/>
    public void Dispose() => _policy = null;
}
