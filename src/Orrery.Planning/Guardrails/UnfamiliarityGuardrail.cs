using System.Globalization;
using System.Text.Json;
using Orrery.Planning.Audit;

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
/// of familiar ones are, or where the last plan expected to be somewhere else by more than a declared share of steps miss.
/// </summary>
public sealed class UnfamiliarityGuardrail : IGuardrail, IDeclared
{
    private readonly FamiliarSituations _familiar;
    private readonly UnfamiliarResponse _response;
    private readonly int _patience;
    private readonly UnfamiliarResponse _afterwards;
    private readonly float[] _answer;
    private bool _hasAnswered;
    private int _held;
    private bool _isHolding;
    private bool _isFamiliar;

    /// <summary>Guards.</summary>
    /// <param name="familiar">What training covered; may be shared.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="response">What is done.</param>
    /// <param name="patience">
    /// Steps in a row that are held before <paramref name="afterwards"/> takes over, until a situation is familiar again; 0 for without end. They are
    /// counted by <see cref="Executed"/>.
    /// </param>
    /// <param name="afterwards">What follows patience: anything but to hold.</param>
    /// <exception cref="ArgumentException">Patience is asked of another response than to hold, or to hold is to follow.</exception>
    public UnfamiliarityGuardrail(
        FamiliarSituations familiar, int actionSize, UnfamiliarResponse response, int patience = 0, UnfamiliarResponse afterwards = UnfamiliarResponse.Slow)
    {
        ArgumentNullException.ThrowIfNull(familiar);
        ArgumentOutOfRangeException.ThrowIfLessThan(actionSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        if (patience > 0 && (response != UnfamiliarResponse.Hold || afterwards == UnfamiliarResponse.Hold))
            throw new ArgumentException($"UnfamiliarityGuardrail: a patience of {patience} came for '{response}', then '{afterwards}'; patience is for 'Hold', and what follows must be another.", nameof(patience));
        _familiar = familiar;
        _response = response;
        (_patience, _afterwards) = (patience, afterwards);
        _answer = new float[actionSize];
    }

    /// <inheritdoc/>
    public string Name => "unfamiliarity";

    /// <inheritdoc/>
    public bool JudgesFallbacks => false;

    /// <summary>Writes the limits, and what is known by its hash: that is data, which a replay makes ready from the run again.</summary>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "unfamiliarity");
        json.WriteString("response"u8, _response.ToString());
        if (_patience > 0)
        {
            json.WriteBoolean("remembers"u8, true);
            json.WriteNumber("patience"u8, _patience);
            json.WriteString("afterwards"u8, _afterwards.ToString());
        }

        json.WriteNumber("actions"u8, _answer.Length);
        json.WriteString("share"u8, _familiar.Share.ToString(CultureInfo.InvariantCulture));
        json.Number("farthest"u8, _familiar.Farthest);
        json.Number("largestError"u8, _familiar.LargestError);
        json.WriteNumber("known"u8, _familiar.Known);
        json.WriteNumber("heldOut"u8, _familiar.HeldOut);
        json.WriteString("sha256"u8, _familiar.Hash);
    }

    /// <inheritdoc/>
    public Verdict Inspect(in ActionProposal proposal)
    {
        // What others have made of the answer is theirs to say: a limit may have asked for another change than none.
        if (proposal.Latent.Length == 0 || (proposal.IsAskedAgain && _hasAnswered))
            return Verdict.Allow;
        (_hasAnswered, _isHolding, _isFamiliar) = (false, false, false);
        // Not NaN either.
        var distance = _familiar.Distance(proposal.Latent);
        if (!(distance <= _familiar.Farthest))
            return Answer(proposal, string.Create(CultureInfo.InvariantCulture, $"This is {distance:0.0} deviations from everything that training covered; {_familiar.Farthest:0.0} are familiar."));
        if (proposal.ExpectedLatent.Length > 0 && _familiar.Between(proposal.Latent, proposal.ExpectedLatent) is var error && !(error <= _familiar.LargestError))
            return Answer(proposal, string.Create(CultureInfo.InvariantCulture, $"The last plan expected to be {error:0.0} deviations from here; {_familiar.LargestError:0.0} are usual."));
        _isFamiliar = true;
        return Verdict.Allow;
    }

    /// <summary>Counts steps that were held. A step at which nobody asked, since the fallback acted, neither counts nor ends the row.</summary>
    /// <param name="action">[A] in physical units.</param>
    /// <param name="observation">[O], or empty.</param>
    public void Executed(ReadOnlySpan<float> action, ReadOnlySpan<float> observation)
    {
        if (_isFamiliar)
            _held = 0;
        else if (_isHolding && _held < _patience)
            _held++;
        (_isHolding, _isFamiliar) = (false, false);
    }

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<float> previousAction) => (_held, _isHolding, _isFamiliar, _hasAnswered) = (0, false, false, false);

    private Verdict Answer(in ActionProposal proposal, string reason)
    {
        var isOutOfPatience = _patience > 0 && _held >= _patience;
        var response = isOutOfPatience ? _afterwards : _response;
        if (isOutOfPatience)
            reason += string.Create(CultureInfo.InvariantCulture, $" It was held for {_patience} steps.");
        if (response == UnfamiliarResponse.Fallback || proposal.PreviousAction.Length != _answer.Length)
            return Verdict.Veto(reason);
        _hasAnswered = true;
        proposal.PreviousAction.CopyTo(_answer);
        _isHolding = response == UnfamiliarResponse.Hold;
        if (_isHolding)
            return proposal.Action.SequenceEqual(_answer) ? Verdict.Allow : Verdict.Narrow(_answer, reason + " The last action goes on.");
        for (var column = 0; column < _answer.Length; column++)
            _answer[column] += 0.5f * (proposal.Action[column] - _answer[column]);
        return Verdict.Narrow(_answer, reason + " Half the change is made.");
    }
}
