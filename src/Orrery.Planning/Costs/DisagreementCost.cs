using System.Text.Json;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>A column of the observation about which members of an ensemble may disagree.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Place">Its place in the observation, from 0.</param>
/// <param name="Scale">What counts as one unit, such as the column's standard deviation; positive, in physical units.</param>
public sealed record DisagreementColumn(string Name, int Place, double Scale);

/// <summary>
/// Stay where the members of an ensemble agree: a search finds actions that training never showed, and of these it likes best the ones about which a model
/// is wrong in its favour (Chua, Calandra, McAllister and Levine, "Deep reinforcement learning in a handful of trials", 2018; Yu et al., "MOPO",
/// 2020). The variance of what the members predict, in units of the scale, counts above an allowance, summed over the columns and averaged
/// over the horizon. Beside the square of an error of the members' mean, it is what the mean square of the members' errors has in addition.
/// </summary>
public sealed class DisagreementCost : ICost, IDeclared
{
    /// <summary>In units of the scale: the standard deviation over the members up to which nothing is paid, since some part them everywhere.</summary>
    public const double Allowance = 0.25;

    private readonly IEnsembleReadout _readout;
    private readonly DisagreementColumn[] _columns;
    private float[] _first = [];
    private float[] _read = [];
    private float[] _sum = [];
    private float[] _squares = [];

    /// <summary>Looks at columns.</summary>
    /// <param name="readout">Turns latents into physical units, member by member; of at least two members.</param>
    /// <param name="columns">At least one.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <exception cref="ArgumentException">There is no ensemble, a column does not exist, or its scale is not positive.</exception>
    public DisagreementCost(IEnsembleReadout readout, IReadOnlyList<DisagreementColumn> columns, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(readout);
        ArgumentNullException.ThrowIfNull(columns);
        if (readout.Members < 2)
            throw new ArgumentException("DisagreementCost: the model has one member, which cannot disagree; train with an ensemble.", nameof(readout));
        if (columns.Count == 0)
            throw new ArgumentException("DisagreementCost: no column came; at least one is needed.", nameof(columns));
        foreach (var column in columns)
            CostMath.CheckColumn("DisagreementCost", readout, column.Name, column.Place, column.Scale);
        _readout = readout;
        _columns = [.. columns];
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name => "disagreement";

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "disagreement");
        json.WriteStartArray("columns"u8);
        foreach (var column in _columns)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, column.Name);
            json.WriteNumber("place"u8, column.Place);
            json.WriteNumber("scale"u8, column.Scale);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("DisagreementCost", costs.Length);
        var rows = batch.Candidates * batch.Horizon;
        AddUp(batch, rows);
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double cost = 0;
            for (var place = candidate * batch.Horizon * _columns.Length; place < (candidate + 1) * batch.Horizon * _columns.Length; place++)
            {
                var mean = (double)_sum[place] / _readout.Members;
                // Math.Max hands NaN on, so that a member that cannot be read never counts as agreeing.
                cost += Math.Max(0, ((double)_squares[place] / _readout.Members) - (mean * mean) - (Allowance * Allowance));
            }

            costs[candidate] += (float)(Weight * cost / batch.Horizon);
        }
    }

    /// <summary>Sums, over the members, how far each is from the first, and the squares of that: [S, H, columns], in units of the scales.</summary>
    private void AddUp(in RolloutBatch batch, int rows)
    {
        var width = _readout.ObservationSize;
        var first = Scratch.Ask(ref _first, rows * width);
        var read = Scratch.Ask(ref _read, rows * width);
        var sum = Scratch.Ask(ref _sum, rows * _columns.Length);
        var squares = Scratch.Ask(ref _squares, rows * _columns.Length);
        sum.Clear();
        squares.Clear();
        _readout.ReadMember(0, batch.Latents, rows, first);
        for (var member = 1; member < _readout.Members; member++)
        {
            _readout.ReadMember(member, batch.Latents, rows, read);
            for (var place = 0; place < sum.Length; place++)
            {
                var column = _columns[place % _columns.Length];
                var at = (place / _columns.Length * width) + column.Place;
                var apart = (float)(((double)read[at] - first[at]) / column.Scale);
                sum[place] += apart;
                squares[place] += apart * apart;
            }
        }
    }
}
