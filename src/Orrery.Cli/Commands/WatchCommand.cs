using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Cli.Watch;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Spaces;
using Orrery.Evaluation.Surprise;
using Orrery.Models;
using Orrery.Planning.Surprise;
using Orrery.Tensors;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery watch</c>: surprise on a log, a growing file or a pipe, with a declared rate of false alarms.</summary>
internal static class WatchCommand
{
    private const string Pipe = "-";

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo> run = new("run") { Description = "Folder of the run." };
        Argument<string?> input = new("log")
        {
            Description = "A log, a dataset folder, or - for lines from standard input. Left out, the run is only calibrated.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> rate = new("--false-alarms") { Description = "False alarms that are put up with, such as 1/day (when left out), 1/week, 5/hour or 1/10000 rows." };
        Option<string?> calibrate = new("--calibrate") { Description = $"A log or dataset of normal operation; '{Normal.HeldOutRows}' for the run's held-out rows, which is what counts at first. Kept beside the run." };
        Option<bool> follow = new("--follow") { Description = "The log is still being written: wait for more until Ctrl+C." };
        Option<int> adapt = new("--adapt") { Description = "Take drift over so many rows for normal, such as 5000; slower faults are not seen then. 0: none." };
        Option<FileInfo?> report = new("--report") { Description = "Write a page with plots, such as watch.html." };
        Option<bool> fail = new("--fail-on-alarm") { Description = "Exit with 1 when there was an alarm." };
        LogOptionSet options = new();
        Command command = new("watch",
            "Say when a system surprises its model: what, since when and how much, with a rate of false alarms that is declared and kept.\n\nExamples:\n"
            + "  orrery watch runs/plant new.csv --false-alarms 1/day --report watch.html\n"
            + "  tail -f -n +1 plant.csv | orrery watch runs/plant - --json\n"
            + "  orrery watch runs/plant plant.csv --follow --false-alarms 1/week\n"
            + "  orrery watch runs/plant --calibrate normal.csv --observations level --actions valve");
        command.Arguments.Add(run);
        command.Arguments.Add(input);
        foreach (Option option in (Option[])[rate, calibrate, follow, adapt, report, fail])
            command.Options.Add(option);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            WatchRequest request = new(
                parsed.GetValue(run)!.FullName, parsed.GetValue(input), parsed.GetValue(rate) is { } typed ? Typed.Read(() => FalseAlarmRate.Parse(typed)) : null,
                parsed.GetValue(calibrate), parsed.GetValue(follow), parsed.GetValue(adapt), parsed.GetValue(report)?.FullName);
            request.Check();
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(request.Folder, backend);
            long alarms = Watch(request, model, backend, options.Read(parsed), session, cancellation);
            return alarms > 0 && parsed.GetValue(fail) ? ExitCodes.Failed : ExitCodes.Fine;
        });
    }

    private static long Watch(WatchRequest request, WorldModel model, Backend backend, LogOptions given, Session session, CancellationToken cancellation)
    {
        WorldModelDescription description = model.Description;
        // Nobody said how long a row lasts, so a day cannot be told.
        FalseAlarmRate rate = request.Rate ?? (FalseAlarmRate.Seconds(description.TimeUnit) is null ? FalseAlarmRate.PerRows(1, 10_000) : FalseAlarmRate.OncePerDay);
        double perRow = Typed.Read(() => rate.PerRow(description.SamplingTime, description.TimeUnit));
        if (perRow >= 1)
            throw new UsageException($"--false-alarms {rate} is more than one in every row; ask for fewer.");
        if (!model.ReadsPixels)
            RunData.RequireColumns(model, "of vectors only a log's model can be watched. Train one with --recipe plant/subspace.");
        LogOptions log = AsTrained(given, request.Folder, model);
        (ResidualRecord normal, SurpriseSource source) = Normal.Find(request.Folder, model, request.Calibrate, log, session, cancellation);
        SurpriseCalibration calibration = SurpriseCalibration.Fit(normal, new SurpriseOptions(request.Adapt));
        if (!calibration.Supports(perRow))
            session.Warn(SurpriseReport.SupportSentence(calibration, rate, perRow));
        WatchSession watch = new(model, calibration, perRow, new WatchPrinter(session, description.SamplingTime, description.TimeUnit));
        if (request.Input is { } input)
            Feed(watch, request, input, model, log with { TimeColumn = log.TimeColumn ?? source.TimeColumn }, given, session, cancellation);
        if (watch.Missing > watch.Rows / 2)
            session.Warn($"{watch.Missing:#,0} of {watch.Rows:#,0} rows could not be used, so little was watched. The last: {watch.Problem} Say how the log is written: --missing, --decimal-comma, --separator, --time-format.");
        else if (Math.Max(watch.Gaps, watch.Early) > watch.Rows / 2)
            session.Warn($"most rows come {(watch.Gaps > watch.Early ? "after longer" : "in less")} than the {description.SamplingTime:G6} {description.TimeUnit} between the rows that the run was trained on, so {(watch.Gaps > watch.Early ? "little was watched" : "its predictions do not fit")}. {TrainedLog.Resampling(description.SamplingTime)}.");
        string? page = request.Report;
        if (page is not null)
        {
            SurpriseReport.Build(
                new WatchFacts(
                    $"{Path.GetFileName(request.Folder)}: {(request.Input is null or Pipe ? "watch" : Path.GetFileName(request.Input))}", rate, perRow,
                    description.SamplingTime, description.TimeUnit, watch.Rows, watch.Missing, source.Source, RunFacts.Of(request.Folder, model, backend)),
                calibration, calibration.Threshold(perRow), watch.Trace).Save(page);
            session.Remark($"Report: {page}");
        }

        new WatchPrinter(session, description.SamplingTime, description.TimeUnit).Summary(new WatchSummary(
            "summary", watch.Rows, watch.Missing, watch.OutOfOrder, watch.Gaps, watch.Alarms, rate.ToString(), perRow, calibration.Rows,
            source.Source, calibration.Supports(perRow), SurpriseCalibration.RowsNeeded(perRow), page));
        return watch.Alarms;
    }

    private static void Feed(
        WatchSession watch, WatchRequest request, string input, WorldModel model, LogOptions log, LogOptions given, Session session, CancellationToken cancellation)
    {
        if (Directory.Exists(input))
        {
            using Dataset dataset = Dataset.Open(input);
            if (!model.CanRead(dataset.Spaces.Observation, dataset.Spaces.Proprioception))
                throw new UsageException($"The dataset '{input}' has other observations than the run was trained on.");
            watch.Dataset(dataset, cancellation);
            return;
        }

        if (model.ReadsPixels)
            throw new UsageException("This run reads pictures; give a dataset folder of pictures to watch.");
        double sampling = given.SamplingTime ?? model.Description.SamplingTime;
        if (input == Pipe)
        {
            watch.Lines(new LineSource(Console.In, follow: false).Lines(cancellation), new LogStream("standard input", log, sampling));
            return;
        }

        if (!File.Exists(input))
            throw new UsageException($"There is no log '{input}'. Name a file, a dataset folder, or - for standard input.");
        if (!LogStream.CanRead(input) || log.Timing?.Resample is not null)
        {
            if (request.Follow)
                throw new UsageException($"--follow reads lines of text as they are written; {(log.Timing?.Resample is null ? $"'{input}' is no text" : "the run's rows were resampled, which lines are not")}. Watch it without --follow.");
            using Dataset imported = LogImport.Run(input, log, Path.Combine(request.Folder, "watched"), overwrite: true, session, cancellation);
            session.Remark("It was imported first; rows are counted as they were imported.");
            watch.Dataset(imported, cancellation);
            return;
        }

        if (request.Follow)
            session.Remark("Watching; Ctrl+C ends with a summary.");
        bool again = true;
        while (again && !cancellation.IsCancellationRequested)
        {
            using StreamReader reader = LineSource.Open(input);
            // A log that is begun anew under its name is read from its start; what is left unread in the old one is lost.
            bool replaced = false;
            bool Replaced() => replaced = new FileInfo(input) is { Exists: true } now && now.Length < reader.BaseStream.Position;
            watch.Lines(new LineSource(reader, request.Follow, Replaced).Lines(cancellation), LogStream.OfFile(input, log, sampling));
            again = request.Follow && replaced;
            if (again)
                session.Warn($"'{input}' became shorter: it is read again from its start.");
        }
    }

    /// <summary>The log is read as the run's own was, where that is still there.</summary>
    private static LogOptions AsTrained(LogOptions given, string folder, WorldModel model)
    {
        if (model.ReadsPixels)
            return given;
        try
        {
            using Dataset trained = RunData.OpenTrainedOn(folder);
            return TrainedLog.Fill(given, trained);
        }
        catch (OrreryDataException)
        {
            return TrainedLog.WithNames(given, model.Description.Spaces);
        }
    }
}

/// <summary>What is to be watched.</summary>
internal sealed record WatchRequest(string Folder, string? Input, FalseAlarmRate? Rate, string? Calibrate, bool Follow, int Adapt, string? Report)
{
    public void Check()
    {
        if (Adapt is < 0 or > 0 and < 20)
            throw new UsageException($"--adapt is {Adapt}, but it must be 0 or at least 20 rows.");
        if (Follow && (Input is null or "-" || Directory.Exists(Input)))
            throw new UsageException("--follow is for a log file that is being written; standard input is followed anyway.");
        if (Report is not null && Path.GetDirectoryName(Report) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"The folder of --report, '{folder}', does not exist.");
    }
}
