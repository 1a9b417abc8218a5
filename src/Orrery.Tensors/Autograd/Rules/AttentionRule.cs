namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = w v with w = softmax(scale q k^T + mask), row by row. With p = dy v^T: dv += w^T dy; ds = scale w (p - sum(w p)) per row;
/// dq += ds k; dk += ds^T q. The weights are computed again from each row's largest score and sum, so that nothing of size
/// Tq x Tk is kept.
/// </summary>
internal sealed class AttentionRule : Rule
{
    private static readonly AttentionRule Instance = new();

    /// <summary>How query, key and value are given.</summary>
    internal enum Layout
    {
        /// <summary>Three tensors [B, H, T, d].</summary>
        HeadsFirst,

        /// <summary>One tensor [B, T, 3 H d].</summary>
        Packed,

        /// <summary>[B, Tq, H d] and [B, Tk, 2 H d].</summary>
        QueryAndPair,
    }

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor a, Tensor b, Tensor c, Layout layout, int heads, AttentionMask mask, float scale)
    {
        RuleData data = new() { I0 = (int)layout, I1 = heads, I2 = mask.TokensPerBlock, F0 = scale };
        var (query, key, value) = Views(data, a, b, c);
        var records = tape.Records(a, b, c);
        var y = tape.Arena.Allocate(layout == Layout.HeadsFirst
            ? new Shape(query.Batches, query.Heads, query.Tokens, value.Width)
            : new Shape(query.Batches, query.Tokens, query.Heads * value.Width));
        var statistics = records ? tape.Arena.Allocate(new Shape(query.Batches, query.Heads, query.Tokens, 2)) : default;
        tape.Backend.Attention(query, key, value, new AttentionScores(scale, mask.TokensPerBlock, mask.Scores), Result(data, y), statistics);
        return records ? tape.Record(Instance, y, data, a, b, c, mask.Scores, statistics) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var data = ref step.Data;
        var (query, key, value) = Views(data, step.Operand(0), step.Operand(1), step.Operand(2));
        var (dQuery, dKey, dValue) = Views(data, step.GradientOf(0), step.GradientOf(1), step.GradientOf(2));
        step.Backend.AttentionGradient(
            query, key, value, new AttentionScores(data.F0, data.I2, step.Operand(3)), step.Operand(4), Result(data, step.OutputGradient), dQuery, dKey, dValue);
    }

    private static HeadView Result(in RuleData data, Tensor y) =>
        (Layout)data.I0 == Layout.HeadsFirst ? HeadView.HeadsFirst(y) : HeadView.TokensFirst(y, data.I1);

    private static (HeadView Query, HeadView Key, HeadView Value) Views(in RuleData data, Tensor a, Tensor b, Tensor c) => (Layout)data.I0 switch
    {
        Layout.HeadsFirst => (HeadView.HeadsFirst(a), HeadView.HeadsFirst(b), HeadView.HeadsFirst(c)),
        Layout.Packed => (HeadView.TokensFirst(a, data.I1, 3), HeadView.TokensFirst(a, data.I1, 3, 1), HeadView.TokensFirst(a, data.I1, 3, 2)),
        _ => (HeadView.TokensFirst(a, data.I1), HeadView.TokensFirst(b, data.I1, 2), HeadView.TokensFirst(b, data.I1, 2, 1)),
    };
}
