using System.Globalization;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Tests.Logs.Inspection;

/// <summary>A log that a test writes column by column, with signals like those of a plant.</summary>
internal sealed class SyntheticLog(int rows, int seed) : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly List<string> _names = [];
    private readonly List<string[]> _cells = [];
    private readonly Random _random = new(seed);

    public SyntheticLog With(string name, IEnumerable<double> values, string format = "R") =>
        WithCells(name, values.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));

    public SyntheticLog WithCells(string name, IEnumerable<string> cells)
    {
        _names.Add(name);
        _cells.Add([.. cells]);
        return this;
    }

    public SyntheticLog Set(int row, int column, string cell)
    {
        _cells[column][row] = cell;
        return this;
    }

    public LogInspection Inspect(LogOptions? options = null, bool suggestRoles = false)
    {
        var path = _temporary.File("log.csv");
        File.WriteAllLines(path, Enumerable.Range(-1, _cells[0].Length + 1).Select(row => string.Join(',', row < 0 ? _names : _cells.Select(cells => cells[row]))));
        return LogInspector.Inspect(path, options ?? new LogOptions([], []), suggestRoles);
    }

    /// <summary>0, 0.5, 1, ...</summary>
    public double[] Clock() => [.. Enumerable.Range(0, rows).Select(row => row * 0.5)];

    /// <summary>A smooth random signal: a few sine waves of random length.</summary>
    public double[] Smooth(double noise = 0)
    {
        var waves = Enumerable.Range(0, 5).Select(_ => (Size: _random.NextDouble(), Length: 40 + (400 * _random.NextDouble()), Phase: 7 * _random.NextDouble())).ToArray();
        return [.. Enumerable.Range(0, rows).Select(row => 50 + (10 * waves.Sum(wave => wave.Size * Math.Sin((2 * Math.PI * row / wave.Length) + wave.Phase))) + (noise * Gauss()))];
    }

    /// <summary>Noise through a first-order filter.</summary>
    public double[] Drifting(double keep = 0.98)
    {
        var value = 0.0;
        return [.. Enumerable.Range(0, rows).Select(_ => value = (keep * value) + Gauss())];
    }

    /// <summary>A command that takes a new random value after about <paramref name="length"/> rows.</summary>
    public double[] Held(int length = 30, int levels = 0)
    {
        var value = 5.0;
        return [.. Enumerable.Range(0, rows).Select(row => value = row > 0 && _random.Next(length) > 0 ? value : levels > 0 ? _random.Next(levels) : 10 * _random.NextDouble())];
    }

    public double[] White() => [.. Enumerable.Range(0, rows).Select(_ => Gauss())];

    public double Gauss() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public void Dispose() => _temporary.Dispose();
}
