using System.Globalization;
using System.IO.Compression;
using Orrery.Data;
using Orrery.Data.Logs;

namespace Orrery.Environments.Pushing;

/// <summary>One recorded episode of Push-T, as gym-pusht records: what a person did to the block, and where everything was.</summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="States">[rows][5]: agent x, y, block x, y (px) and the block's angle (rad).</param>
/// <param name="Actions">[rows][2]: the agent's target at each row, px.</param>
/// <param name="PictureFile">Gzipped bytes [rows, 96, 96, 3], red first; null where there are none.</param>
public sealed record PushTDemonstration(string Name, IReadOnlyList<float[]> States, IReadOnlyList<float[]> Actions, string? PictureFile)
{
    /// <summary>Side of a recorded picture, px.</summary>
    public const int PictureSize = 96;

    /// <summary>Name of the table in a folder of recordings.</summary>
    public const string TableFile = "pusht_steps.csv";

    private const string PictureFolder = "img_u8_gz";

    private static readonly string[] StateColumns = ["agent_x", "agent_y", "block_x", "block_y", "block_angle"];
    private static readonly string[] ActionColumns = ["action_x", "action_y"];

    /// <summary>
    /// Reads a folder of recordings: a table with the columns episode, action_x, action_y, agent_x, agent_y, block_x, block_y and
    /// block_angle, one row per step of 0.1 s, and, if there, the pictures of each episode N as <c>img_u8_gz/epN.u8.gz</c>, N in three digits.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Its episodes, in the table's order.</returns>
    /// <exception cref="OrreryDataException">There is no such table, or it cannot be read.</exception>
    public static IReadOnlyList<PushTDemonstration> ReadAll(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, TableFile);
        if (!File.Exists(path))
            throw new OrreryDataException($"There is no '{TableFile}' in '{folder}'. Name the folder with recorded Push-T demonstrations: that table, and pictures in {PictureFolder}.");
        var table = NumberTable.Read(path);
        var episodes = table.Column("episode");
        var states = StateColumns.Select(table.Column).ToArray();
        var actions = ActionColumns.Select(table.Column).ToArray();
        List<PushTDemonstration> all = [];
        for (var first = 0; first < episodes.Count;)
        {
            var end = first + 1;
            while (end < episodes.Count && episodes[end] == episodes[first])
                end++;
            var name = string.Create(CultureInfo.InvariantCulture, $"ep{episodes[first]:000}");
            var pictures = Path.Combine(folder, PictureFolder, $"{name}.u8.gz");
            all.Add(new PushTDemonstration(name, Rows(states, first, end), Rows(actions, first, end), File.Exists(pictures) ? pictures : null));
            first = end;
        }

        return all;
    }

    /// <summary>The recorded pictures, as an environment of 96 px shows them.</summary>
    /// <returns>[rows][3, 96, 96].</returns>
    /// <exception cref="OrreryDataException">There are none, or they do not fit the rows.</exception>
    public byte[][] ReadPictures()
    {
        if (PictureFile is null)
            throw new OrreryDataException($"The episode {Name} has no recorded pictures.");
        const int Plane = PictureSize * PictureSize;
        var interleaved = new byte[3 * Plane];
        var pictures = new byte[States.Count][];
        try
        {
            using var stream = new GZipStream(File.OpenRead(PictureFile), CompressionMode.Decompress);
            for (var row = 0; row < pictures.Length; row++)
            {
                stream.ReadExactly(interleaved);
                var planar = pictures[row] = new byte[3 * Plane];
                for (var pixel = 0; pixel < Plane; pixel++)
                {
                    for (var channel = 0; channel < 3; channel++)
                        planar[(channel * Plane) + pixel] = interleaved[(3 * pixel) + channel];
                }
            }

            if (stream.ReadByte() >= 0)
                throw new OrreryDataException($"'{PictureFile}' holds more than the {pictures.Length} pictures of 96 x 96 x 3 bytes that its episode has rows.");
        }
        catch (Exception problem) when (problem is EndOfStreamException or InvalidDataException or IOException)
        {
            throw new OrreryDataException($"'{PictureFile}' does not hold {pictures.Length} pictures of 96 x 96 x 3 bytes, gzipped: {problem.Message}", problem);
        }

        return pictures;
    }

    private static float[][] Rows(IReadOnlyList<double>[] columns, int first, int end) =>
        [.. Enumerable.Range(first, end - first).Select(row => columns.Select(column => (float)column[row]).ToArray())];
}
