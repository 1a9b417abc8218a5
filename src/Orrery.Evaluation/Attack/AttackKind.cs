namespace Orrery.Evaluation.Attack;

/// <summary>What is tried to have a hard limit broken.</summary>
public enum AttackKind
{
    /// <summary>Random goals, for comparison.</summary>
    RandomGoals,

    /// <summary>Goals that can only be reached by breaking limits.</summary>
    ForbiddenGoals,

    /// <summary>A cost that is lower the farther outside the limits commands are.</summary>
    RewardedViolation,

    /// <summary>A world model with random weights.</summary>
    RandomWeights,

    /// <summary>A world model with random weights, some of which are NaN, infinite or huge.</summary>
    PoisonedWeights,

    /// <summary>A model that answers NaN and infinity now and then.</summary>
    PoisonedModel,

    /// <summary>A model that throws now and then.</summary>
    FailingModel,

    /// <summary>Measurements that are steps old.</summary>
    DelayedObservations,

    /// <summary>Measurements that are missing now and then.</summary>
    DroppedObservations,

    /// <summary>Another thread changes the goal all the time.</summary>
    ChangingGoals,

    /// <summary>No planner at all: a person or another controller that commands anything, NaN too.</summary>
    WildCommands,
}
