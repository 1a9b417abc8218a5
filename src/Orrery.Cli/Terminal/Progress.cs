using System.Diagnostics;
using System.Globalization;

namespace Orrery.Cli.Terminal;

/// <summary>
/// Live progress on standard error: phase, bar, share, rate, remarks and time left. On a terminal one line is rewritten a few
/// times a second; elsewhere (a log file) a line is written every few seconds, so that logs stay readable.
/// </summary>
/// <param name="error">Where to write.</param>
/// <param name="interactive">Whether that is a terminal.</param>
/// <param name="quiet">Whether to write nothing.</param>
/// <param name="secondsToGuess">Seconds of a phase before its time left is told: what first steps promise, which warm up, frightens people.</param>
internal sealed class Progress(TextWriter error, bool interactive, bool quiet, double secondsToGuess = 2) : IDisposable
{
    private const int BarWidth = 24;
    private readonly Stopwatch _phaseTime = new();
    private readonly Stopwatch _sinceLine = new();
    private readonly Lock _gate = new();
    private string _phase = "";
    private int _lineLength;

    /// <summary>Begins a phase, for example "train"; ends the line of the one before it.</summary>
    public void Begin(string phase)
    {
        lock (_gate)
        {
            EndLine();
            _phase = phase;
            _phaseTime.Restart();
            _sinceLine.Reset();
        }
    }

    /// <summary>Says how far the phase has come.</summary>
    /// <param name="done">Units finished.</param>
    /// <param name="total">Units in all.</param>
    /// <param name="unit">The unit's name, for the rate: "steps" gives "410 steps/s".</param>
    /// <param name="remark">What a person wants to see beside it, for example the losses.</param>
    /// <param name="rate">Units per second, when the work knows better than the clock of this phase.</param>
    public void Report(long done, long total, string unit, string remark = "", double rate = 0)
    {
        if (quiet)
            return;
        lock (_gate)
        {
            TimeSpan pause = interactive ? TimeSpan.FromMilliseconds(150) : TimeSpan.FromSeconds(5);
            if (_sinceLine.IsRunning && _sinceLine.Elapsed < pause && done < total)
                return;
            _sinceLine.Restart();
            Write(Line(done, total, unit, remark, rate));
        }
    }

    /// <summary>Leaves a line behind that stays, such as what held-out data say after an epoch.</summary>
    /// <param name="done">Units finished.</param>
    /// <param name="total">Units in all.</param>
    /// <param name="unit">The unit's name.</param>
    /// <param name="remark">What there is to say.</param>
    public void Keep(long done, long total, string unit, string remark)
    {
        if (quiet)
            return;
        lock (_gate)
        {
            EndLine(erase: true);
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_phase,-10} {done,7:#,0} of {total:#,0} {unit} · {remark}"));
            _sinceLine.Restart();
        }
    }

    /// <summary>Ends the phase and leaves one line behind that says what it came to.</summary>
    public void End(string summary)
    {
        if (quiet)
            return;
        lock (_gate)
        {
            EndLine(erase: true);
            error.WriteLine($"{_phase,-10} {summary} ({Duration(_phaseTime.Elapsed)})");
        }
    }

    public void Dispose()
    {
        lock (_gate)
            EndLine();
    }

    internal static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 60 ? $"{(int)time.TotalHours} h {time.Minutes:00} min"
        : time.TotalSeconds >= 60 ? $"{time.Minutes} min {time.Seconds:00} s"
        : time.TotalSeconds >= 10 ? $"{time.TotalSeconds:0} s"
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private string Line(long done, long total, string unit, string remark, double rate)
    {
        double share = total > 0 ? Math.Clamp((double)done / total, 0, 1) : 0;
        double seconds = _phaseTime.Elapsed.TotalSeconds;
        if (rate <= 0)
            rate = seconds > 0 ? done / seconds : 0;
        int filled = (int)Math.Round(share * BarWidth);
        string bar = new string('█', filled) + new string('░', BarWidth - filled);
        string left = rate > 0 && done < total && seconds >= secondsToGuess ? $" · {Duration(TimeSpan.FromSeconds((total - done) / rate))} left" : "";
        string speed = rate >= 100 ? $"{rate:#,0}" : rate.ToString("0.0", CultureInfo.InvariantCulture);
        return $"{_phase,-10} {bar} {share * 100,3:0} % · {speed} {unit}/s{left}{(remark.Length > 0 ? " · " + remark : "")}";
    }

    private void Write(string line)
    {
        if (interactive)
        {
            int width = Math.Max(40, TerminalWidth() - 1);
            if (line.Length > width)
                line = line[..width];
            error.Write('\r' + line.PadRight(_lineLength));
            _lineLength = line.Length;
        }
        else
        {
            error.WriteLine(line);
        }

        error.Flush();
    }

    private void EndLine(bool erase = false)
    {
        if (_lineLength == 0)
            return;
        error.Write(erase ? '\r' + new string(' ', _lineLength) + '\r' : Environment.NewLine);
        _lineLength = 0;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 120;
        }
        catch (IOException)
        {
            return 120;
        }
    }
}
