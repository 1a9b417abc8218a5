using System.Text;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.BadInput;

/// <summary>Ways in which files come to harm.</summary>
internal static class Spoil
{
    /// <summary>The weights of the newest checkpoint.</summary>
    public static string Model(TemporaryFolder place) => Path.Combine(
        Directory.EnumerateDirectories(place.File("run", "checkpoints")).Order(StringComparer.Ordinal).Last(), "model.safetensors");

    public static void Cut(string path, int bytes = 1)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(file.Length - bytes);
    }

    /// <summary>Flips a bit of the byte at <paramref name="position"/>, counted from the end when negative.</summary>
    public static void Flip(string path, int position)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[position < 0 ? bytes.Length + position : position] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    public static void Replace(string path, string old, string replacement)
    {
        string text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>Writes 9 over the format version in the header of the weights; every other byte stays.</summary>
    public static void Version(TemporaryFolder place)
    {
        byte[] bytes = File.ReadAllBytes(Model(place));
        byte[] key = Encoding.UTF8.GetBytes("\"orrery.checkpoint.version\":\"");
        int at = bytes.AsSpan().IndexOf(key);
        Assert.True(at > 0, "The header names its version.");
        bytes[at + key.Length] = (byte)'9';
        File.WriteAllBytes(Model(place), bytes);
    }

    /// <summary>Puts a sound dataset of other rows in the place of the run's own.</summary>
    public static void Exchange(TemporaryFolder place)
    {
        string other = TankLog.Write(place.File("other.csv"), seed: 5), data = place.File("run", "data");
        Directory.Delete(data, recursive: true);
        Tool.RunAsync("import", other, "--observations", "level", "--actions", "voltage", "-o", data).GetAwaiter().GetResult().IsFine();
    }
}
