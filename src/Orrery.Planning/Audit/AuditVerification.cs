using System.Globalization;

namespace Orrery.Planning.Audit;

/// <summary>Something that is wrong with a log.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Record">The record's number, if it can be told.</param>
/// <param name="Step">The controller's step, of a decision.</param>
/// <param name="What">What is wrong, as a sentence.</param>
public sealed record AuditProblem(string File, long Line, long? Record, long? Step, string What)
{
    /// <summary>As a person reads it.</summary>
    public override string ToString()
    {
        var record = Record is { } number ? string.Create(CultureInfo.InvariantCulture, $", record {number}") : "";
        var step = Step is { } at ? string.Create(CultureInfo.InvariantCulture, $" (step {at})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{File}, line {Line}{record}{step}: {What}");
    }
}

/// <summary>What a verification asks beyond the chain.</summary>
/// <param name="Key">What every record must be sealed with; null to leave seals unchecked.</param>
/// <param name="Head">The hash of a record that must be there, kept from when it was the last one; null for none.</param>
/// <param name="After">The hash that the first record must name as the one before it, when older files were archived; null for a log that is there from its beginning.</param>
public sealed record AuditExpectation(AuditKey? Key = null, string? Head = null, string? After = null);

/// <summary>What a verification found.</summary>
/// <param name="Files">Files read.</param>
/// <param name="Records">Records read.</param>
/// <param name="Decisions">Decisions among them.</param>
/// <param name="Head">The last record; null when there is none.</param>
/// <param name="IsClosed">Whether the log was ended by its writer.</param>
/// <param name="ProblemCount">How many things are wrong.</param>
/// <param name="Problems">The first hundred of them.</param>
/// <param name="Remarks">What is not wrong and good to know.</param>
public sealed record AuditVerification(
    int Files, long Records, long Decisions, AuditHead? Head, bool IsClosed, long ProblemCount, IReadOnlyList<AuditProblem> Problems, IReadOnlyList<string> Remarks)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => ProblemCount == 0;
}
