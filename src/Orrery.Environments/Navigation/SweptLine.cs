namespace Orrery.Environments.Navigation;

/// <summary>What moves along straight lines and stops at walls is computed with.</summary>
internal static class SweptLine
{
    /// <summary>Share of a move after which a coordinate reaches a line that it is about to pass; 1 if it does not pass it.</summary>
    /// <param name="line">The line's coordinate.</param>
    /// <param name="at">The coordinate before the move.</param>
    /// <param name="by">What it is moved.</param>
    public static double ShareTo(double line, double at, double by) =>
        by == 0 || (by > 0 ? at + by <= line : at + by >= line) ? 1 : Math.Max(0, (line - at) / by);

    /// <summary>Share of a move after which a coordinate reaches the end of the range [low, high] that it is in; 1 if it stays in it.</summary>
    public static double ShareWithin(double low, double high, double at, double by) => ShareTo(by > 0 ? high : low, at, by);
}
