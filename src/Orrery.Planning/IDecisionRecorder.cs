namespace Orrery.Planning;

/// <summary>Is told of every decision of a controller before its action is returned, with all that the decision was made from.</summary>
public interface IDecisionRecorder
{
    /// <summary>Keeps a decision. It must not throw for a disk that is full or gone: the controller has to act all the same.</summary>
    /// <param name="made">The decision and what it was made from; valid during the call.</param>
    void Record(in DecisionMade made);
}
