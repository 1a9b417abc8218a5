using Orrery.Environments.Navigation;

namespace Orrery.Evaluation.Probes;

/// <summary>Encodes pictures, [B, Channels, Height, Width] bytes, to latents, [B, D].</summary>
/// <param name="pixels">The pictures.</param>
/// <param name="batch">B.</param>
/// <param name="latents">Receives the latents.</param>
public delegate void PictureEncoder(ReadOnlySpan<byte> pixels, int batch, Span<float> latents);

/// <summary>How far every place of a map is from a goal, as the model sees it. For people only; no planner sees it.</summary>
public static class LatentDistances
{
    private const int Batch = 65;

    /// <summary>Euclidean distances in latent space from the picture at every free pixel of Two Rooms to the goal's picture.</summary>
    /// <param name="environment">Draws the pictures; its current state is not touched.</param>
    /// <param name="encode">The model's encoder.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="goal">Goal state, (x, y) px.</param>
    /// <returns>[Size, Size], row-major from the top left; not a number where the dot cannot be.</returns>
    public static double[] Over(TwoRooms environment, PictureEncoder encode, int latentSize, ReadOnlySpan<float> goal)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(encode);
        const int Size = TwoRoomsLayout.Size;
        int picture = environment.Specification.Observation.Size;
        var pixels = new byte[Batch * picture];
        var latents = new float[Batch * latentSize];
        var goalLatent = new float[latentSize];
        environment.ObserveAt(goal, pixels.AsSpan(0, picture));
        encode(pixels.AsSpan(0, picture), 1, goalLatent);

        int[] free = [.. Enumerable.Range(0, Size * Size).Where(place => environment.Layout.IsFree(place % Size, place / Size))];
        var distances = new double[Size * Size];
        Array.Fill(distances, double.NaN);
        foreach (int[] places in free.Chunk(Batch))
        {
            for (int i = 0; i < places.Length; i++)
                environment.ObserveAt([places[i] % Size, places[i] / Size], pixels.AsSpan(i * picture, picture));
            encode(pixels.AsSpan(0, places.Length * picture), places.Length, latents.AsSpan(0, places.Length * latentSize));
            for (int i = 0; i < places.Length; i++)
                distances[places[i]] = Distance(latents.AsSpan(i * latentSize, latentSize), goalLatent);
        }

        return distances;
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - (double)b[i]) * (a[i] - (double)b[i]);
        return Math.Sqrt(sum);
    }
}
