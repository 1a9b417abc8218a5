using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Cli.Terminal;
using Orrery.Planning.Surprise;

namespace Orrery.Cli.Watch;

/// <summary>Prints what happens when it happens: a line for people, or a JSON document of one line for machines.</summary>
internal sealed class WatchPrinter(Session session, double samplingTime, string timeUnit)
{
    public void Alarm(SurpriseStep step, string time)
    {
        SurpriseAlarm alarm = step.Alarm!;
        bool began = step.Change == AlarmChange.Began;
        if (session.Json)
        {
            Write(new WatchEvent(
                began ? "alarm" : "over", alarm.Row + 1, time, alarm.Onset + 1, began ? null : alarm.LastRow + 1, alarm.Name, alarm.Unit,
                JsonNamingPolicy.CamelCase.ConvertName(alarm.Kind.ToString()), alarm.Horizon, alarm.Size, alarm.Deviations, alarm.RatePerRow,
                began ? alarm.Sentence(samplingTime, timeUnit) : null));
            return;
        }

        string when = time.Length > 0 ? $" ({time})" : "";
        session.Output.WriteLine(began
            ? $"ALARM row {alarm.Row + 1}{when}: {alarm.Sentence(samplingTime, timeUnit)}"
            : $"over  row {alarm.LastRow + 1}: the alarm of row {alarm.Row + 1} is over; {alarm.Name} is as predicted again.");
        session.Output.Flush();
    }

    public void Summary(WatchSummary summary)
    {
        if (session.Json)
        {
            Write(summary);
            return;
        }

        string incomplete = summary.Missing > 0 ? $", {summary.Missing:#,0} incomplete" : "";
        string unordered = summary.OutOfOrder > 0 ? $", {summary.OutOfOrder:#,0} out of order and passed over" : "";
        string gaps = summary.Gaps > 0 ? $", {summary.Gaps:#,0} gap{(summary.Gaps == 1 ? "" : "s")}" : "";
        session.Output.WriteLine($"{summary.Rows:#,0} rows{incomplete}{unordered}{gaps}; {summary.Alarms} {(summary.Alarms == 1 ? "alarm" : "alarms")}"
            + $" ({summary.FalseAlarms} false ones declared{(summary.Supported ? "" : "; more than the rows of normal operation can vouch for")}).");
    }

    private void Write(WatchEvent value)
    {
        session.Output.WriteLine(JsonSerializer.Serialize(value, WatchJson.Default.WatchEvent));
        session.Output.Flush();
    }

    private void Write(WatchSummary value)
    {
        session.Output.WriteLine(JsonSerializer.Serialize(value, WatchJson.Default.WatchSummary));
        session.Output.Flush();
    }
}

/// <param name="Event">alarm or over.</param>
/// <param name="Row">The row that raised it, from 1.</param>
/// <param name="Time">The time of this event's row, as it was written.</param>
/// <param name="Since">The row since which it built up.</param>
/// <param name="Last">The last surprising row, once it is over.</param>
/// <param name="Output">What surprised.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Kind">above, below, noisier, quieter or together.</param>
/// <param name="RowsAhead">Rows ahead of the prediction.</param>
/// <param name="Size">In the unit.</param>
/// <param name="Deviations">In standard deviations.</param>
/// <param name="RatePerRow">How often as strong by chance.</param>
/// <param name="Sentence">For the operator.</param>
internal sealed record WatchEvent(
    string Event, long Row, string Time, long Since, long? Last, string Output, string Unit, string Kind, int RowsAhead, double Size, double Deviations,
    double RatePerRow, string? Sentence);

/// <param name="Event">summary.</param>
/// <param name="Rows">Rows that came.</param>
/// <param name="Missing">Rows with a missing number.</param>
/// <param name="OutOfOrder">Rows whose time was not after the row before.</param>
/// <param name="Gaps">Times that the history began anew.</param>
/// <param name="Alarms">Alarms that began.</param>
/// <param name="FalseAlarms">The declared rate.</param>
/// <param name="RatePerRow">The same per row.</param>
/// <param name="NormalRows">Rows of normal operation.</param>
/// <param name="Normal">Where they are from.</param>
/// <param name="Supported">Whether they can vouch for the rate.</param>
/// <param name="RowsNeeded">How many could.</param>
/// <param name="Report">The page, if one was written.</param>
internal sealed record WatchSummary(
    string Event, long Rows, long Missing, long OutOfOrder, long Gaps, long Alarms, string FalseAlarms, double RatePerRow, int NormalRows, string Normal,
    bool Supported, long RowsNeeded, string? Report);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(WatchEvent))]
[JsonSerializable(typeof(WatchSummary))]
internal sealed partial class WatchJson : JsonSerializerContext;
