using System.Text.Json;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>What one column counts for.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="IsAction">Whether it is a column of the action; otherwise of the observation.</param>
/// <param name="Column">Its place there, from 0.</param>
/// <param name="Factor">Its price per physical unit; finite, negative for what is to be large.</param>
public sealed record EconomicTerm(string Name, bool IsAction, int Column, double Factor);

/// <summary>
/// Spend little, earn much: a linear combination of actions and predicted observations in physical units, averaged over the horizon,
/// over its spread. The average is over environment steps for actions and over planner steps for observations.
/// </summary>
public sealed class EconomicCost : ICost, IDeclared
{
    private readonly IReadout? _readout;
    private readonly EconomicTerm[] _terms;
    private readonly double _scale;
    private readonly bool _reads;
    private float[] _observations = [];

    /// <summary>Prices columns.</summary>
    /// <param name="name">What a person calls it, such as <c>minimise 2*steam</c>.</param>
    /// <param name="readout">Turns latents into physical units; null where only actions are priced.</param>
    /// <param name="terms">What each column counts for; at least one.</param>
    /// <param name="scale">What counts as one unit of the combination, such as its standard deviation; positive.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <exception cref="ArgumentException">There is no term, a column does not exist, or a number is not allowed.</exception>
    public EconomicCost(string name, IReadout? readout, IReadOnlyList<EconomicTerm> terms, double scale, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0)
            throw new ArgumentException($"EconomicCost: '{name}' has no term; at least one is needed.", nameof(terms));
        if (!(scale > 0) || !double.IsFinite(scale))
            throw new ArgumentException($"EconomicCost: '{name}' has scale {scale}; it must be positive and finite.", nameof(scale));
        foreach (var term in terms)
        {
            if (term.Column < 0 || (!term.IsAction && (readout is null || term.Column >= readout.ObservationSize)) || !double.IsFinite(term.Factor))
                throw new ArgumentException($"EconomicCost: '{term.Name}' names column {term.Column} with factor {term.Factor}; the column must exist and the factor be finite.", nameof(terms));
        }

        _readout = readout;
        _terms = [.. terms];
        _scale = scale;
        _reads = _terms.Any(term => !term.IsAction);
        Name = name;
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Weight { get; }

    /// <summary>The combination's average over the horizon in physical units, from the value of this cost's term in a plan.</summary>
    /// <param name="value">What the term adds to the plan's cost.</param>
    public double Average(double value) => value * _scale / Weight;

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "economic");
        json.WriteNumber("scale"u8, _scale);
        json.WriteStartArray("terms"u8);
        foreach (var term in _terms)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, term.Name);
            json.WriteBoolean("action"u8, term.IsAction);
            json.WriteNumber("column"u8, term.Column);
            json.WriteNumber("factor"u8, term.Factor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("EconomicCost", costs.Length);
        foreach (var term in _terms)
        {
            if (term.IsAction && term.Column >= batch.ActionSize)
                throw new ArgumentException($"EconomicCost: '{term.Name}' names column {term.Column} of the action; actions of {batch.ActionSize} numbers came.", nameof(batch));
        }

        ReadOnlySpan<float> observations = _reads ? CostMath.Read(_readout!, batch, ref _observations) : [];
        var width = _readout?.ObservationSize ?? 0;
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double sum = 0;
            foreach (var term in _terms)
                sum += term.Factor * (term.IsAction
                    ? Mean(batch.ActionsOf(candidate), batch.ActionSize, term.Column)
                    : Mean(observations.Slice(candidate * batch.Horizon * width, batch.Horizon * width), width, term.Column));
            costs[candidate] += (float)(Weight * sum / _scale);
        }
    }

    private static double Mean(ReadOnlySpan<float> rows, int width, int column)
    {
        double sum = 0;
        for (var at = column; at < rows.Length; at += width)
            sum += rows[at];
        return sum / (rows.Length / width);
    }
}
