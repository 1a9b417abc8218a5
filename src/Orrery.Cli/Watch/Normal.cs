using System.Security.Cryptography;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.Surprise;
using Orrery.Models;
using Orrery.Models.Checkpoints;
using Orrery.Planning.Surprise;

namespace Orrery.Cli.Watch;

/// <summary>Finds what normal operation is for a run: kept beside it, made from its held-out rows, or from a record that was named.</summary>
internal static class Normal
{
    /// <summary>What asks for the run's own rows again after a record had been named.</summary>
    public const string HeldOutRows = "held-out";

    private const string FileName = "surprise.safetensors";
    private const string HeldOutName = "the run's held-out rows";

    public static (ResidualRecord Record, SurpriseSource Source) Find(
        string folder, WorldModel model, string? calibrate, LogOptions log, Session session, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, FileName), weights = HashOfWeights(folder);
        bool heldOut = calibrate == HeldOutRows;
        string sourceHash = calibrate is null || heldOut ? "" : HashOf(calibrate) + "|" + string.Join(",", log.Observations.Concat(log.Inputs));
        if (File.Exists(path))
        {
            (ResidualRecord kept, SurpriseSource source) = SurpriseStore.Load(path);
            bool wanted = calibrate is null || (heldOut ? source.Source == HeldOutName : source.SourceHash == sourceHash);
            if (source.Model == weights && wanted)
                return (kept, source);
            if (calibrate is null && source.Source != HeldOutName)
                session.Warn($"the run was trained on since it was calibrated on {source.Source}; its held-out rows are taken now. Calibrate again with --calibrate.");
        }

        (ResidualRecord record, SurpriseSource made) = calibrate is null || heldOut
            ? FromHeldOut(folder, model, weights, cancellation)
            : FromRecord(folder, model, calibrate, log, weights, sourceHash, cancellation);
        if (record.UsableRows < SurpriseCalibration.FewestRows)
            throw new OrreryDataException(
                $"{made.Source} give {record.UsableRows:#,0} predictions; at least {SurpriseCalibration.FewestRows} rows are needed to say what is normal. "
                + "Name a longer record of normal operation with --calibrate.");
        SurpriseStore.Save(path, record, made);
        session.Remark($"Normal operation: {record.UsableRows:#,0} rows of {made.Source}, kept in {path}");
        return (record, made);
    }

    private static (ResidualRecord Record, SurpriseSource Source) FromHeldOut(
        string folder, WorldModel model, string weights, CancellationToken cancellation)
    {
        using Dataset dataset = RunData.OpenTrainedOn(folder);
        return (NormalOperation.HeldOut(model, dataset, cancellation), new SurpriseSource(weights, HeldOutName, dataset.Hash, dataset.Provenance.Settings.GetValueOrDefault("timeColumn")));
    }

    private static (ResidualRecord Record, SurpriseSource Source) FromRecord(
        string folder, WorldModel model, string calibrate, LogOptions log, string weights, string hash, CancellationToken cancellation)
    {
        if (Directory.Exists(calibrate))
        {
            using Dataset dataset = Dataset.Open(calibrate);
            return (NormalOperation.Record(model, dataset, cancellation), new SurpriseSource(weights, Path.GetFileName(Path.TrimEndingDirectorySeparator(calibrate)), hash));
        }

        if (!File.Exists(calibrate))
            throw new UsageException($"There is no record '{calibrate}' to calibrate on. Name a log or a dataset folder of normal operation, or {HeldOutRows}.");
        string imported = Path.Combine(folder, "calibrated-on");
        using Dataset record = LogImporter.Import(calibrate, log, imported, overwrite: true, cancellation: cancellation);
        return (NormalOperation.Record(model, record, cancellation), new SurpriseSource(weights, Path.GetFileName(calibrate), hash, log.TimeColumn));
    }

    private static string HashOfWeights(string folder)
    {
        string newest = new CheckpointStore(Path.Combine(folder, "checkpoints")).List() is [var first, ..] ? first : folder;
        return HashOf(Path.Combine(newest, "model.safetensors"));
    }

    private static string HashOf(string path)
    {
        if (Directory.Exists(path))
            path = Path.Combine(path, "dataset.json");
        if (!File.Exists(path))
            return "";
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
