using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;

namespace Orrery.Models;

/// <summary>Latents of rows of a dataset, to probe, to draw, or to look situations up in.</summary>
public sealed class LatentTable
{
    private readonly long[] _rows;
    private readonly float[] _latents;

    private LatentTable(int latentSize, long[] rows, float[] latents)
    {
        LatentSize = latentSize;
        _rows = rows;
        _latents = latents;
    }

    /// <summary>D.</summary>
    public int LatentSize { get; }

    /// <summary>How many latents there are.</summary>
    public int Count => _rows.Length;

    /// <summary>[Count]: the dataset's row of each latent.</summary>
    public ReadOnlySpan<long> Rows => _rows;

    /// <summary>[Count, D].</summary>
    public ReadOnlySpan<float> Latents => _latents;

    /// <summary>[D]: one latent.</summary>
    public ReadOnlySpan<float> this[int index] => _latents.AsSpan(index * LatentSize, LatentSize);

    /// <summary>Encodes rows of a dataset.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">The dataset, with the spaces that the model was trained on.</param>
    /// <param name="part">Episodes, or parts of them. The first n - 1 rows of each have no latent.</param>
    /// <param name="stride">Every how many rows.</param>
    public static LatentTable Encode(WorldModel model, Dataset dataset, IReadOnlyList<EpisodeRange> part, int stride = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        List<long> rows = [];
        foreach (EpisodeRange episode in part)
            for (int offset = model.History - 1; offset < episode.Length; offset += stride)
                rows.Add(episode.Start + offset);
        LatentTable table = new(model.LatentSize, [.. rows], new float[rows.Count * model.LatentSize]);
        if (model.ReadsPixels)
            table.EncodePictures(model, dataset);
        else
            table.EncodeWindows(model, dataset);
        return table;
    }

    private void EncodePictures(WorldModel model, Dataset dataset)
    {
        const int chunk = 64;
        int size = model.ObservationBytes, frames = model.History;
        byte[] pictures = new byte[chunk * model.StackSize];
        for (int first = 0; first < Count; first += chunk)
        {
            int count = Math.Min(chunk, Count - first);
            for (int index = 0; index < count; index++)
                for (int frame = 0; frame < frames; frame++)
                    model.Look(dataset, _rows[first + index] - frames + 1 + frame, pictures.AsSpan(((index * frames) + frame) * size, size));
            model.Encode(pictures.AsSpan(0, count * model.StackSize), count, _latents.AsSpan(first * LatentSize, count * LatentSize));
        }
    }

    private void EncodeWindows(WorldModel model, Dataset dataset)
    {
        for (int index = 0; index < Count; index++)
        {
            long first = _rows[index] - model.History + 1;
            model.Encode(
                dataset.Observation(first, model.History), dataset.Action(first, model.History), _latents.AsSpan(index * LatentSize, LatentSize));
        }
    }
}
