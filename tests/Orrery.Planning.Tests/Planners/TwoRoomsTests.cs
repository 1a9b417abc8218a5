using Orrery.Planning.Costs;
using Orrery.Planning.Planners;

namespace Orrery.Planning.Tests.Planners;

public class TwoRoomsTests
{
    private const int Tasks = 50;

    [Fact]
    public void Branching_from_the_frontier_finds_the_door_with_less_than_half_of_the_candidates()
    {
        var search = new SearchOptions(Candidates: 64, Iterations: 4, BranchShare: 0.5);
        var (successes, _) = TwoRoomsSearch.Play(() => new CrossEntropyPlanner(search, new CrossEntropyOptions(Elites: 8)), GoalForm.Nearest, 0.1, Tasks);
        Assert.Equal(Tasks, successes);
    }

    [Fact]
    public void Cross_entropy_around_elites_finds_the_door_with_a_perfect_model()
    {
        var (successes, steps) = TwoRoomsSearch.Play(() => new CrossEntropyPlanner(), GoalForm.Nearest, 0.1, Tasks);
        Assert.InRange(successes, Tasks * 95 / 100, Tasks);
        Assert.InRange(steps, 1, 70);
    }

    [Fact]
    public void Cross_entropy_with_a_gaussian_finds_the_door_with_a_perfect_model()
    {
        var options = new CrossEntropyOptions(Refinement: Refinement.Gaussian);
        var (successes, _) = TwoRoomsSearch.Play(() => new CrossEntropyPlanner(null, options), GoalForm.Nearest, 0.1, Tasks);
        Assert.InRange(successes, Tasks * 95 / 100, Tasks);
    }

    [Fact]
    public void Path_integrals_find_the_door_with_a_perfect_model()
    {
        var (successes, _) = TwoRoomsSearch.Play(() => new MppiPlanner(), GoalForm.Nearest, 0.1, Tasks);
        Assert.InRange(successes, Tasks * 95 / 100, Tasks);
    }
}
