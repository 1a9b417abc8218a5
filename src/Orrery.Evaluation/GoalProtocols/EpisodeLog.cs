using System.Text;
using System.Text.Json;
using Orrery.Data;
using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>One line of <see cref="EpisodeLog"/>.</summary>
/// <param name="Policy">Who acted.</param>
/// <param name="Identity">What the outcome depends on, hashed: pairs, rule, weights, planner.</param>
/// <param name="Pair">Number of the pair, from 0.</param>
/// <param name="Success">Whether the goal was reached.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Milliseconds">Time of each decision that planned anew.</param>
/// <param name="Path">True states from the start on.</param>
internal sealed record EpisodeLine(string Policy, string Identity, int Pair, bool Success, int Steps, float[] Milliseconds, float[][] Path);

/// <summary>
/// Every episode's outcome, <c>episodes.jsonl</c>: one JSON object per line, written and flushed when the episode ends. What stands there is
/// not run again; outcomes of other weights, planners or pairs are kept and passed over.
/// </summary>
internal sealed class EpisodeLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly List<EpisodeLine> _lines = [];

    private EpisodeLog(FileStream stream) => _stream = stream;

    /// <summary>Opens the log to read what is there and to append to it. A last line that was cut off is dropped.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <exception cref="OrreryDataException">It cannot be opened, or a line before the last cannot be read.</exception>
    public static EpisodeLog Open(string path)
    {
        try
        {
            EpisodeLog log = new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
            try
            {
                log.Read(path);
                return log;
            }
            catch
            {
                log.Dispose();
                throw;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The episodes '{path}' cannot be read and written: {problem.Message} Does another evaluation of this run still go on?", problem);
        }
    }

    /// <summary>The outcomes that are there already, by the number of their pair.</summary>
    /// <param name="policy">Who acted.</param>
    /// <param name="identity">What they must depend on.</param>
    /// <param name="manifest">The pairs.</param>
    public IReadOnlyDictionary<int, EpisodeOutcome> Finished(string policy, string identity, ProtocolManifest manifest)
    {
        Dictionary<int, EpisodeOutcome> finished = [];
        foreach (EpisodeLine line in _lines)
        {
            if (line.Policy != policy || line.Identity != identity || (uint)line.Pair >= (uint)manifest.Pairs.Count)
                continue;
            ProtocolPair pair = manifest.Pairs[line.Pair];
            finished[line.Pair] = new EpisodeOutcome(pair.Seed, pair.Start, pair.Goal, line.Path, line.Success, line.Steps, line.Milliseconds);
        }

        return finished;
    }

    /// <summary>Appends an outcome; it is with the operating system when this returns.</summary>
    public void Append(string policy, string identity, int pair, EpisodeOutcome outcome)
    {
        EpisodeLine line = new(policy, identity, pair, outcome.Success, outcome.Steps, outcome.DecisionMilliseconds, outcome.Path);
        _lines.Add(line);
        _stream.Write(JsonSerializer.SerializeToUtf8Bytes(line, ProtocolJson.Default.EpisodeLine));
        _stream.WriteByte((byte)'\n');
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Read(string path)
    {
        using StreamReader reader = new(_stream, Encoding.UTF8, leaveOpen: true);
        string text = reader.ReadToEnd();
        int complete = text.LastIndexOf('\n') + 1;
        int number = 0;
        foreach (string line in text[..complete].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            try
            {
                _lines.Add(JsonSerializer.Deserialize(line, ProtocolJson.Default.EpisodeLine) ?? throw new JsonException("It is null."));
            }
            catch (JsonException problem)
            {
                throw new OrreryDataException($"Line {number} of '{path}' is not the outcome of an episode ({problem.Message}). Remove that line; its episode is run again.", problem);
            }
        }

        _stream.SetLength(Encoding.UTF8.GetByteCount(text.AsSpan(0, complete)));
        _stream.Seek(0, SeekOrigin.End);
    }
}
