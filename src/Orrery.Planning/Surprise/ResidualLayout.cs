namespace Orrery.Planning.Surprise;

/// <summary>
/// What the numbers of a row of prediction errors are: for every horizon, the errors of all outputs; output o at horizon h lies at
/// h O + o.
/// </summary>
/// <param name="Outputs">Names of the outputs, with their units.</param>
/// <param name="Horizons">Rows ahead that were predicted, ascending, such as 1, 4, 16.</param>
/// <param name="JointOnly">Whether the outputs mean nothing by themselves, as a latent's do not: only all of them together are watched.</param>
public sealed record ResidualLayout(IReadOnlyList<ResidualOutput> Outputs, IReadOnlyList<int> Horizons, bool JointOnly = false)
{
    /// <summary>C: numbers in a row.</summary>
    public int Size => Outputs.Count * Horizons.Count;

    /// <summary>The output of a place in a row.</summary>
    public int OutputOf(int channel) => channel % Outputs.Count;

    /// <summary>Rows ahead of a place in a row.</summary>
    public int HorizonOf(int channel) => Horizons[channel / Outputs.Count];

    /// <summary>Fails unless there is something to watch.</summary>
    /// <exception cref="ArgumentException">There is no output, no horizon, or horizons do not ascend from 1 on.</exception>
    public void Check()
    {
        if (Outputs.Count == 0 || Horizons.Count == 0 || Horizons[0] < 1 || Horizons.Zip(Horizons.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException(
                $"ResidualLayout: {Outputs.Count} outputs at horizons {string.Join(", ", Horizons)} came; at least one output and ascending horizons from 1 on are needed.");
    }
}

/// <summary>One output that is predicted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit, or empty.</param>
public readonly record struct ResidualOutput(string Name, string Unit);

/// <summary>
/// Prediction errors of rows in the order of time, [N, C]: measured less predicted, NaN where there is no prediction. A row whose
/// numbers are all NaN separates stretches.
/// </summary>
public sealed class ResidualRecord
{
    private readonly List<float> _values = [];

    /// <summary>An empty record.</summary>
    public ResidualRecord(ResidualLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        layout.Check();
        Layout = layout;
    }

    /// <summary>What the numbers are.</summary>
    public ResidualLayout Layout { get; }

    /// <summary>N.</summary>
    public int Rows => _values.Count / Layout.Size;

    /// <summary>Rows with at least one error.</summary>
    public int UsableRows { get; private set; }

    /// <summary>All numbers, [N, C].</summary>
    public ReadOnlySpan<float> Values => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values);

    /// <summary>A row, [C].</summary>
    public ReadOnlySpan<float> Row(int row) => Values.Slice(row * Layout.Size, Layout.Size);

    /// <summary>Adds a row.</summary>
    /// <param name="errors">[C]; infinities count as NaN.</param>
    public void Add(ReadOnlySpan<float> errors)
    {
        if (errors.Length != Layout.Size)
            throw new ArgumentException($"ResidualRecord.Add: {errors.Length} errors came; {Layout.Size} were needed.", nameof(errors));
        bool any = false;
        foreach (float error in errors)
        {
            bool finite = float.IsFinite(error);
            any |= finite;
            _values.Add(finite ? error : float.NaN);
        }

        UsableRows += any ? 1 : 0;
    }

    /// <summary>Ends a stretch.</summary>
    public void AddGap()
    {
        for (int channel = 0; channel < Layout.Size; channel++)
            _values.Add(float.NaN);
    }
}
