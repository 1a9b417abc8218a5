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
    private readonly float[] _answer;
    private bool _hasAnswered;

    /// <summary>Guards.</summary>
    /// <param name="familiar">What training covered; may be shared.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="response">What is done.</param>
    public UnfamiliarityGuardrail(FamiliarSituations familiar, int actionSize, UnfamiliarResponse response)
    {
        ArgumentNullException.ThrowIfNull(familiar);
        ArgumentOutOfRangeException.ThrowIfLessThan(actionSize, 1);
        _familiar = familiar;
        _response = response;
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
        _hasAnswered = false;
        // Not NaN either.
        var distance = _familiar.Distance(proposal.Latent);
        if (!(distance <= _familiar.Farthest))
            return Answer(proposal, string.Create(CultureInfo.InvariantCulture, $"This is {distance:0.0} deviations from everything that training covered; {_familiar.Farthest:0.0} are familiar."));
        if (proposal.ExpectedLatent.Length == 0)
            return Verdict.Allow;
        var error = _familiar.Between(proposal.Latent, proposal.ExpectedLatent);
        return error <= _familiar.LargestError
            ? Verdict.Allow
            : Answer(proposal, string.Create(CultureInfo.InvariantCulture, $"The last plan expected to be {error:0.0} deviations from here; {_familiar.LargestError:0.0} are usual."));
    }

    private Verdict Answer(in ActionProposal proposal, string reason)
    {
        if (_response == UnfamiliarResponse.Fallback || proposal.PreviousAction.Length != _answer.Length)
            return Verdict.Veto(reason);
        _hasAnswered = true;
        proposal.PreviousAction.CopyTo(_answer);
        if (_response == UnfamiliarResponse.Hold)
            return proposal.Action.SequenceEqual(_answer) ? Verdict.Allow : Verdict.Narrow(_answer, reason + " The last action goes on.");
        for (var column = 0; column < _answer.Length; column++)
            _answer[column] += 0.5f * (proposal.Action[column] - _answer[column]);
        return Verdict.Narrow(_answer, reason + " Half the change is made.");
    }
}
