using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Models.Training;

namespace Orrery.Cli;

/// <summary>Shows how training goes: one live line per phase, and one that stays for every validation and warning.</summary>
internal sealed class TrainingProgressLine(Session session, Terminal.Progress progress) : IProgress<TrainingProgress>
{
    private string _phase = "";

    public void Report(TrainingProgress value)
    {
        if (value.Warning is { } warning)
            session.Warn(warning);
        if (value.Phase == "resume")
            return;
        if (value.Phase != _phase)
        {
            _phase = value.Phase;
            progress.Begin(_phase);
        }

        string losses = string.Create(CultureInfo.InvariantCulture, $"loss {value.Loss:0.####}  {value.Terms}");
        if (value.Validation is { } result && double.IsFinite(result.Error))
            progress.Keep(value.Update, value.Total, "updates", losses + string.Create(
                CultureInfo.InvariantCulture, $"  held-out {result.Error:0.####}{(result.Health is { } health ? $"  rank {health.EffectiveRank:0.0}" : "")}"));
        else
            progress.Report(value.Update, value.Total, "updates", losses, value.UpdatesPerSecond);
    }
}
