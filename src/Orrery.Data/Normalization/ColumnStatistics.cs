namespace Orrery.Data.Normalization;

/// <summary>Statistics of a column, one entry per dimension, in physical units.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Population standard deviation.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
public sealed record ColumnStatistics(double[] Mean, double[] StandardDeviation, double[] Minimum, double[] Maximum);
