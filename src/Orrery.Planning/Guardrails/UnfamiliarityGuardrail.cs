using Orrery.Planning.Surprise;

namespace Orrery.Planning.Guardrails;

/// <summary>What is done where training never was.</summary>
public enum UnfamiliarResponse
{
    /// <summary>Half of every change that is asked for.</summary>
    Slow,

    /// <summary>The last action goes on.</summary>
    Hold,

    /// <summary>The fallback acts.</summary>
    Fallback,
}

/// <summary>
/// Does not trust a plan where the model cannot know: where the latent is farther from those of training than a declared share
/// of familiar ones are, or where the last plan expected to be somewhere else by more than a declared share of predictions miss.
/// Distances are measured in each dimension's standard deviation over training, to the nearest of the latents kept.
/// </summary>
public sealed class UnfamiliarityGuardrail : IGuardrail
{
    private readonly float[] _known;
    private readonly float[] _inverseScale;
    private readonly double _farthest;
    private readonly double _largestError;
    private readonly UnfamiliarResponse _response;
    private readonly float[] _answer;
    private long _slowedStep = -1;

    /// <summary>Learns what is familiar.</summary>
    /// <param name="known">[M, D] latents of training.</param>
    /// <param name="heldOut">[N, D] latents of operation like that of training, but not among them: their distances set the limit.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="share">Share of familiar situations that may be taken for unfamiliar, above 0 and below 1.</param>
    /// <param name="response">What is done.</param>
    /// <param name="errors">Distances, in the same measure, between where held-out plans expected to be and were; empty to leave expectations out.</param>
    /// <exception cref="ArgumentException">There are too few latents for the share, or a number is not finite.</exception>
    public UnfamiliarityGuardrail(
        ReadOnlySpan<float> known, ReadOnlySpan<float> heldOut, int latentSize, int actionSize, decimal share, UnfamiliarResponse response,
        ReadOnlySpan<double> errors = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(actionSize, 1);
        if (known.Length < 2 * latentSize || known.Length % latentSize != 0 || heldOut.Length % latentSize != 0)
            throw new ArgumentException($"UnfamiliarityGuardrail: {known.Length} and {heldOut.Length} numbers came; whole latents of {latentSize} numbers are needed, at least two known.", nameof(known));
        if (known.ContainsAnyExceptInRange(float.MinValue, float.MaxValue) || heldOut.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new ArgumentException("UnfamiliarityGuardrail: a latent holds a number that is not finite.", nameof(known));
        int needed = (int)Math.Min(int.MaxValue, SplitConformal.Needed(share)), count = heldOut.Length / latentSize;
        if (count < needed)
            throw new ArgumentException($"UnfamiliarityGuardrail: {count} held-out latents came; a share of {share} needs at least {needed}.", nameof(heldOut));
        _known = known.ToArray();
        _inverseScale = InverseScale(known, latentSize);
        _response = response;
        _answer = new float[actionSize];
        var distances = new double[count];
        for (var row = 0; row < count; row++)
            distances[row] = Distance(heldOut.Slice(row * latentSize, latentSize));
        _farthest = new SplitConformal(distances).Bound(share);
        _largestError = errors.Length == 0 ? double.PositiveInfinity : new SplitConformal(errors).Bound(share);
    }

    /// <inheritdoc/>
    public string Name => "unfamiliarity";

    /// <inheritdoc/>
    public bool JudgesFallbacks => false;

    /// <summary>How far a latent is from the nearest known one, in standard deviations per dimension.</summary>
    /// <param name="latent">[D].</param>
    public double Distance(ReadOnlySpan<float> latent)
    {
        var nearest = double.PositiveInfinity;
        for (var start = 0; start < _known.Length; start += latent.Length)
            nearest = Math.Min(nearest, Squared(latent, _known.AsSpan(start, latent.Length), nearest));
        return Math.Sqrt(nearest / latent.Length);
    }

    /// <summary>How far two latents are apart, in the same measure.</summary>
    /// <param name="one">[D].</param>
    /// <param name="other">[D].</param>
    public double Between(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => Math.Sqrt(Squared(one, other, double.PositiveInfinity) / one.Length);

    /// <inheritdoc/>
    public Verdict Inspect(in ActionProposal proposal)
    {
        if (proposal.Latent.Length == 0)
            return Verdict.Allow;
        // Not NaN either.
        var distance = Distance(proposal.Latent);
        if (!(distance <= _farthest))
            return Answer(proposal, $"This is {distance:0.0} deviations from everything that training covered; {_farthest:0.0} are familiar.");
        if (proposal.ExpectedLatent.Length == 0)
            return Verdict.Allow;
        var error = Between(proposal.Latent, proposal.ExpectedLatent);
        return error <= _largestError
            ? Verdict.Allow
            : Answer(proposal, $"The last plan expected to be {error:0.0} deviations from here; {_largestError:0.0} are usual.");
    }

    private Verdict Answer(in ActionProposal proposal, string reason)
    {
        if (_response == UnfamiliarResponse.Fallback || proposal.PreviousAction.Length != _answer.Length)
            return Verdict.Veto(reason);
        if (_response == UnfamiliarResponse.Slow && _slowedStep == proposal.Step && IsSlow(proposal))
            return Verdict.Allow;
        proposal.PreviousAction.CopyTo(_answer);
        if (_response == UnfamiliarResponse.Hold)
            return proposal.Action.SequenceEqual(_answer) ? Verdict.Allow : Verdict.Narrow(_answer, reason + " The last action goes on.");
        for (var column = 0; column < _answer.Length; column++)
            _answer[column] += 0.5f * (proposal.Action[column] - _answer[column]);
        _slowedStep = proposal.Step;
        return Verdict.Narrow(_answer, reason + " Half the change is made.");
    }

    // Asked again at the same step, about what others have made of the answer.
    private bool IsSlow(in ActionProposal proposal)
    {
        for (var column = 0; column < _answer.Length; column++)
        {
            if (Math.Abs(proposal.Action[column] - proposal.PreviousAction[column]) > Math.Abs(_answer[column] - proposal.PreviousAction[column]))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<float> previousAction) => _slowedStep = -1;

    private double Squared(ReadOnlySpan<float> one, ReadOnlySpan<float> other, double enough)
    {
        double sum = 0;
        for (var index = 0; index < one.Length && !(sum > enough); index++)
        {
            var difference = (double)(one[index] - other[index]) * _inverseScale[index];
            sum += difference * difference;
        }

        return sum;
    }

    private static float[] InverseScale(ReadOnlySpan<float> known, int size)
    {
        var rows = known.Length / size;
        var inverse = new float[size];
        for (var column = 0; column < size; column++)
        {
            double mean = 0, square = 0;
            for (var row = 0; row < rows; row++)
                mean += known[(row * size) + column] / (double)rows;
            for (var row = 0; row < rows; row++)
                square += Math.Pow(known[(row * size) + column] - mean, 2) / rows;
            inverse[column] = (float)(1 / Math.Max(1e-12, Math.Sqrt(square)));
        }

        return inverse;
    }
}
