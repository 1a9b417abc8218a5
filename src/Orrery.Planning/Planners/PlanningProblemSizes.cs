using Orrery.Models;

namespace Orrery.Planning.Planners;

/// <summary>The sizes that a planner's buffers depend on.</summary>
/// <param name="Horizon">H.</param>
/// <param name="ActionBlock">K.</param>
/// <param name="ActionSize">A.</param>
/// <param name="LatentSize">D.</param>
/// <param name="Moves">M: as many as there are decisions when actions are held, otherwise H K.</param>
internal readonly record struct PlanningProblemSizes(int Horizon, int ActionBlock, int ActionSize, int LatentSize, int Moves)
{
    /// <summary>Numbers in one candidate's moves.</summary>
    public int Proposal => Moves * ActionSize;

    /// <summary>Numbers in one candidate's actions.</summary>
    public int Actions => Horizon * ActionBlock * ActionSize;

    /// <summary>Numbers in one candidate's latents.</summary>
    public int Latents => Horizon * LatentSize;

    public static PlanningProblemSizes Of(ILatentDynamics dynamics, SearchOptions options) => new(
        options.Horizon,
        dynamics.ActionBlock,
        dynamics.ActionSize,
        dynamics.LatentSize,
        options.HoldWithinBlock ? MoveBlocks.Count(options.Horizon, options.Decisions) : options.Horizon * dynamics.ActionBlock);
}
