using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Models.Recipes;
using Orrery.Models.Training;

namespace Orrery.Models.Tests.Training;

/// <summary>
/// The test assembly is a program too: <c>dotnet Orrery.Models.Tests.dll train RECIPE DATASET RUN</c> trains and says each update,
/// so that a test can kill it.
/// </summary>
internal static class ChildProcess
{
    public static int Main(string[] arguments)
    {
        if (arguments is not ["train", string recipe, string dataset, string run])
            return 0;
        using Dataset data = Dataset.Open(dataset);
        TrainingFixtures.Train(RecipeFile.Load(recipe), data, run, threads: 2, Say);
        return 0;
    }

    private static void Say(TrainingProgress progress) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{progress.Phase} {progress.Update}"));
}
