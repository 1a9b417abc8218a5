namespace Orrery.Tensors.Tests.Reference;

internal sealed partial class ScalarBackend
{
    public override void Attention(HeadView query, HeadView key, HeadView value, AttentionScores scores, HeadView y, Tensor rowStatistics)
    {
        for (var row = 0; row < query.Batches * query.Heads * query.Tokens; row++)
        {
            var (batch, head, token) = Place(query, row);
            var products = Scores(query, key, scores, batch, head, token);
            double top = products.DefaultIfEmpty(double.NegativeInfinity).Max(), sum = products.Sum(score => Math.Exp(score - top));
            if (!rowStatistics.IsNull)
            {
                rowStatistics.Span[2 * row] = (float)top;
                rowStatistics.Span[(2 * row) + 1] = (float)(1 / sum);
            }

            for (var index = 0; index < value.Width; index++)
            {
                var total = 0.0;
                for (var other = 0; other < products.Length; other++) total += Math.Exp(products[other] - top) / sum * At(value, batch, head, other, index);
                At(y, batch, head, token, index) = (float)total;
            }
        }
    }

    public override void AttentionGradient(
        HeadView query, HeadView key, HeadView value, AttentionScores scores, Tensor rowStatistics, HeadView dy, HeadView dQuery, HeadView dKey, HeadView dValue)
    {
        for (var row = 0; row < query.Batches * query.Heads * query.Tokens; row++)
        {
            var (batch, head, token) = Place(query, row);
            var products = Scores(query, key, scores, batch, head, token);
            double top = products.Max(), sum = products.Sum(score => Math.Exp(score - top));
            var weights = Array.ConvertAll(products, score => Math.Exp(score - top) / sum);
            var slopes = new double[weights.Length];
            for (var other = 0; other < weights.Length; other++)
            {
                for (var index = 0; index < value.Width; index++)
                {
                    slopes[other] += (double)At(dy, batch, head, token, index) * At(value, batch, head, other, index);
                    if (!dValue.IsNull) At(dValue, batch, head, other, index) += (float)(weights[other] * At(dy, batch, head, token, index));
                }
            }

            var mean = weights.Zip(slopes, (weight, slope) => weight * slope).Sum();
            for (var other = 0; other < weights.Length; other++)
            {
                var slope = scores.Scale * weights[other] * (slopes[other] - mean);
                for (var index = 0; index < query.Width; index++)
                {
                    if (!dQuery.IsNull) At(dQuery, batch, head, token, index) += (float)(slope * At(key, batch, head, other, index));
                    if (!dKey.IsNull) At(dKey, batch, head, other, index) += (float)(slope * At(query, batch, head, token, index));
                }
            }
        }
    }

    private static (int Batch, int Head, int Token) Place(HeadView view, int row) =>
        (row / view.Tokens / view.Heads, row / view.Tokens % view.Heads, row % view.Tokens);

    private static ref float At(HeadView view, int batch, int head, int token, int index) =>
        ref view.Tensor.Span[view.Offset + (int)(batch * view.BatchStride) + (head * view.HeadStride) + (token * view.TokenStride) + index];

    // Of the keys that the query sees.
    private static double[] Scores(HeadView query, HeadView key, AttentionScores scores, int batch, int head, int token)
    {
        var visible = scores.TokensPerBlock == 0 ? key.Tokens : Math.Min(((token / scores.TokensPerBlock) + 1) * scores.TokensPerBlock, key.Tokens);
        var products = new double[visible];
        for (var other = 0; other < visible; other++)
        {
            for (var index = 0; index < query.Width; index++) products[other] += (double)At(query, batch, head, token, index) * At(key, batch, head, other, index);
            products[other] = (products[other] * scores.Scale) + MaskAt(scores.Mask, batch, head, token, other);
        }

        return products;
    }

    private static double MaskAt(Tensor mask, params ReadOnlySpan<int> place)
    {
        if (mask.IsNull) return 0;
        int position = 0, stride = 1;
        for (var back = 1; back <= mask.Shape.Rank; back++)
        {
            if (mask.Shape[-back] > 1) position += place[^back] * stride;
            stride *= mask.Shape[-back];
        }

        return mask.Span[position];
    }
}
