using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.Surprise;
using Orrery.Models;
using Orrery.Planning.Surprise;

namespace Orrery.Cli.Watch;

/// <summary>One watch from its first row to its last: rows in, alarms out as they happen, counts kept for the summary.</summary>
internal sealed class WatchSession(WorldModel model, SurpriseCalibration calibration, double ratePerRow, WatchPrinter printer)
{
    public long Rows { get; private set; }

    public long Missing { get; private set; }

    public long OutOfOrder { get; private set; }

    public long Gaps { get; private set; }

    public long Alarms { get; private set; }

    /// <summary>Rows that came sooner after the one before than the model's rows do.</summary>
    public long Early { get; private set; }

    /// <summary>Why the last row that could not be used could not.</summary>
    public string Problem { get; private set; } = "";

    public WatchTrace Trace { get; } = new(calibration.Layout);

    /// <summary>Watches lines of a log.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="stream">Reads them.</param>
    public void Lines(IEnumerable<string> lines, LogStream stream)
    {
        SurpriseWatcher watcher = new(model, calibration, ratePerRow);
        bool inGap = false;
        foreach (string line in lines)
        {
            LogLine kind = stream.Accept(line);
            if (kind == LogLine.Other)
                continue;
            Missing += kind == LogLine.Missing ? 1 : 0;
            OutOfOrder += kind == LogLine.OutOfOrder ? 1 : 0;
            bool gap = kind == LogLine.Missing || (kind == LogLine.Row && stream.AfterGap);
            Gaps += gap && !inGap ? 1 : 0;
            inGap = kind == LogLine.Missing;
            (Problem, Early) = (stream.Problem, stream.Early);
            SurpriseStep step = kind switch
            {
                LogLine.Row => watcher.Next(stream.Observation, stream.Action, stream.AfterGap),
                LogLine.Missing => watcher.Missing(),
                _ => watcher.Skip(),
            };
            Take(step, kind == LogLine.Row ? stream.Observation : [], watcher.Errors, kind == LogLine.Row ? stream.TimeText : "");
        }
    }

    /// <summary>Watches a dataset, of rows or of pictures, episode by episode.</summary>
    public void Dataset(Dataset dataset, CancellationToken cancellation)
    {
        SurpriseMonitor monitor = calibration.Monitor(ratePerRow);
        PictureErrors? pictures = model.ReadsPixels ? new PictureErrors(model) : null;
        PredictionErrors? rows = pictures is null ? new PredictionErrors(model, calibration.Layout.Horizons) : null;
        float[] errors = new float[calibration.Layout.Size];
        byte[] seen = new byte[model.ObservationBytes];
        foreach (EpisodeRange episode in dataset.Episodes)
        {
            pictures?.Restart();
            rows?.Restart();
            monitor.Restart();
            for (long row = episode.Start; row < episode.Start + episode.Length && !cancellation.IsCancellationRequested; row++)
            {
                if (pictures is not null)
                {
                    model.Look(dataset, row, seen);
                    pictures.Next(seen, dataset.Action(row), errors);
                }
                else
                {
                    rows!.Next(dataset.Observation(row), dataset.Action(row), errors);
                }

                Take(monitor.Step(errors), pictures is null ? dataset.Observation(row) : [], errors, "");
            }
        }
    }

    private void Take(SurpriseStep step, ReadOnlySpan<float> observation, ReadOnlySpan<float> errors, string time)
    {
        Rows++;
        Trace.Add(step, observation, errors, time);
        Alarms += step.Change == AlarmChange.Began ? 1 : 0;
        if (step.Change != AlarmChange.None)
            printer.Alarm(step, time);
    }
}
