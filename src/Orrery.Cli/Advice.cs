using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Spaces;

namespace Orrery.Cli;

/// <summary>What a person should know of the columns before training, and can do with them after.</summary>
internal static class Advice
{
    /// <summary>A sentence for every column that never moved.</summary>
    public static IEnumerable<string> ConstantColumns(Dataset dataset)
    {
        if (dataset.Spaces.Observation is not VectorSpace observation)
            return [];
        return
        [
            .. Constant(observation.Dimensions, dataset.Statistics.Observation).Select(column => $"'{column.Name}' is always {column.Value}: there is nothing to predict. Leave it out, or observe something that moves."),
            .. Constant(dataset.Spaces.Action.Dimensions, dataset.Statistics.Action).Select(column => $"'{column.Name}' is always {column.Value}: what it does cannot be learned, and no plan can use it. Leave it out, or record while it moves."),
        ];
    }

    /// <summary>A plan to try, towards what was usual of the first output; empty where nothing is commanded.</summary>
    public static string Plan(Dataset dataset, string folder)
    {
        if (dataset.Spaces.Observation is not VectorSpace observation || dataset.Spaces.Action.Dimensions.All(input => input.IsDisturbance))
            return "";
        string goal = string.Create(CultureInfo.InvariantCulture, $"{observation.Dimensions[0].Name}={dataset.Statistics.Observation.Mean[0]:G3}");
        return $"orrery plan {folder} --goal {(goal.Contains(' ', StringComparison.Ordinal) ? $"\"{goal}\"" : goal)}";
    }

    private static IEnumerable<(string Name, string Value)> Constant(IReadOnlyList<Dimension> columns, ColumnStatistics statistics) =>
        columns.Select((column, place) => (column.Name, statistics.Minimum[place], statistics.Maximum[place]))
            .Where(column => column.Item2 == column.Item3)
            .Select(column => (column.Name, column.Item2.ToString("G6", CultureInfo.InvariantCulture)));
}
