namespace Orrery.Tensors.Autograd;

/// <content>
/// The cells of the extended LSTM and their sequences (Beck et al., "xLSTM: Extended long short-term memory", 2024). The
/// stabiliser m is only a scale, which no output depends on. Its gradient is followed all the same: what it adds and what it
/// takes away cancel term by term, where a sum over the steps would leave a remainder.
/// </content>
public sealed partial class Tape
{
    private const float LargestExponent = 87;

    private Tensor[] _steps = [];

    /// <summary>
    /// One step of a matrix memory. With keep = e^(log f + m - m'), write = e^(i - m') and m' = max(log f + m, i):
    /// C' = keep C + write v (k / sqrt(d))^T, n' = keep n + write k / sqrt(d), h = sigmoid(o) C' q / max(|n' q|, e^-m').
    /// </summary>
    /// <param name="query">q, [B, H, d].</param>
    /// <param name="key">k, [B, H, d].</param>
    /// <param name="value">v, [B, H, d].</param>
    /// <param name="inputGate">i, [B, H].</param>
    /// <param name="forgetGate">f, [B, H].</param>
    /// <param name="outputGate">o, [B, H, d].</param>
    /// <param name="state">The state before.</param>
    /// <param name="gate">How log f comes from f.</param>
    /// <returns>h [B, H, d] and the state after.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Output, MLstmState State) MLstmCell(
        Tensor query, Tensor key, Tensor value, Tensor inputGate, Tensor forgetGate, Tensor outputGate, MLstmState state, ForgetGate gate = ForgetGate.Sigmoid)
    {
        Shapes.RequireRank("MLstmCell", nameof(query), query, 3, "[B, H, d]");
        int batch = query.Shape[0], heads = query.Shape[1], width = query.Shape[2];
        Shape vector = query.Shape, scalar = new(batch, heads);
        Shapes.Require("MLstmCell", nameof(key), key, vector);
        Shapes.Require("MLstmCell", nameof(value), value, vector);
        Shapes.Require("MLstmCell", nameof(outputGate), outputGate, vector);
        Shapes.Require("MLstmCell", nameof(inputGate), inputGate, scalar);
        Shapes.Require("MLstmCell", nameof(forgetGate), forgetGate, scalar);
        Shapes.Require("MLstmCell", "the memory of the state", state.Memory, new Shape(batch, heads, width, width));
        Shapes.Require("MLstmCell", "the normaliser of the state", state.Normalizer, vector);
        Shapes.Require("MLstmCell", "the stabiliser of the state", state.Stabilizer, scalar);

        var (keep, write, stabilizer) = ExponentialGates(inputGate, forgetGate, state.Stabilizer, gate);
        var keepVector = Reshape(keep, new Shape(batch, heads, 1));
        var written = Multiply(key, Reshape(Scale(write, 1 / MathF.Sqrt(width)), new Shape(batch, heads, 1)));
        Shape column = new(batch, heads, width, 1), row = new(batch, heads, 1, width);
        var memory = Add(
            Multiply(state.Memory, Reshape(keep, new Shape(batch, heads, 1, 1))), MatMul(Reshape(value, column), Reshape(written, row)));
        var normalizer = Add(Multiply(state.Normalizer, keepVector), written);
        var recalled = Reshape(MatMul(memory, Reshape(query, column)), vector);
        // The bound stays finite: an infinite one would have no gradient, and nothing is left of a memory so faint anyway.
        var bound = Exp(Clamp(Negate(stabilizer), null, LargestExponent));
        var divisor = Maximum(Abs(Sum(Multiply(normalizer, query), [-1])), bound);
        var output = Divide(Multiply(Sigmoid(outputGate), recalled), Reshape(divisor, new Shape(batch, heads, 1)));
        return (output, new MLstmState(memory, normalizer, stabilizer));
    }

    /// <summary>All steps of a matrix memory over a sequence, its gates from one product for all steps.</summary>
    /// <param name="x">[B, T, I].</param>
    /// <param name="weight">[(4 d + 2) H, I]: the rows of q, k, v, o (H d each), i and f (H each), in this order.</param>
    /// <param name="bias">[(4 d + 2) H], or a null tensor.</param>
    /// <param name="state">The state before the first step; it says H and d.</param>
    /// <param name="gate">How log f comes from f.</param>
    /// <returns>h [B, T, H d] and the state after the last step.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no step.</exception>
    public (Tensor Outputs, MLstmState State) MLstm(Tensor x, Tensor weight, Tensor bias, MLstmState state, ForgetGate gate = ForgetGate.Sigmoid)
    {
        Shapes.RequireRank("MLstm", "the normaliser of the state", state.Normalizer, 3, "[B, H, d]");
        int batch = state.Normalizer.Shape[0], heads = state.Normalizer.Shape[1], width = state.Normalizer.Shape[2], all = heads * width;
        var gates = Gates("MLstm", x, weight, bias, batch, (4 * all) + (2 * heads));
        Shape vector = new(batch, heads, width), scalar = new(batch, heads);
        for (var step = 0; step < x.Shape[1]; step++)
        {
            var now = Select(gates, 1, step);
            Tensor Part(int start, Shape shape) => Reshape(Slice(now, 1, start, shape.Count / batch), shape);
            (var output, state) = MLstmCell(
                Part(0, vector), Part(all, vector), Part(2 * all, vector), Part(4 * all, scalar), Part((4 * all) + heads, scalar), Part(3 * all, vector), state, gate);
            _steps[step] = Reshape(output, new Shape(batch, 1, all));
        }

        return (Concat(1, _steps.AsSpan(0, x.Shape[1])), state);
    }

    /// <summary>
    /// One step of a scalar memory. With keep = e^(log f + m - m'), write = e^(i - m') and m' = max(log f + m, i):
    /// c' = keep c + write tanh(z), n' = keep n + write, h = sigmoid(o) c' / n'.
    /// </summary>
    /// <param name="cellInput">z, [B, D].</param>
    /// <param name="inputGate">i, [B, D].</param>
    /// <param name="forgetGate">f, [B, D].</param>
    /// <param name="outputGate">o, [B, D].</param>
    /// <param name="state">The state before; its output is not read.</param>
    /// <param name="gate">How log f comes from f.</param>
    /// <returns>The state after, with h as its output.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public SLstmState SLstmCell(
        Tensor cellInput, Tensor inputGate, Tensor forgetGate, Tensor outputGate, SLstmState state, ForgetGate gate = ForgetGate.Sigmoid)
    {
        var shape = cellInput.Shape;
        Shapes.RequireRank("SLstmCell", nameof(cellInput), cellInput, 2, "[B, D]");
        Shapes.Require("SLstmCell", nameof(inputGate), inputGate, shape);
        Shapes.Require("SLstmCell", nameof(forgetGate), forgetGate, shape);
        Shapes.Require("SLstmCell", nameof(outputGate), outputGate, shape);
        Shapes.Require("SLstmCell", "the memory of the state", state.Memory, shape);
        Shapes.Require("SLstmCell", "the normaliser of the state", state.Normalizer, shape);
        Shapes.Require("SLstmCell", "the stabiliser of the state", state.Stabilizer, shape);
        var (keep, write, stabilizer) = ExponentialGates(inputGate, forgetGate, state.Stabilizer, gate);
        var memory = Add(Multiply(state.Memory, keep), Multiply(write, Tanh(cellInput)));
        var normalizer = Add(Multiply(state.Normalizer, keep), write);
        return new SLstmState(Divide(Multiply(Sigmoid(outputGate), memory), normalizer), memory, normalizer, stabilizer);
    }

    /// <summary>All steps of a scalar memory over a sequence; each gate is W x + b + R h, R applying within each head.</summary>
    /// <param name="x">[B, T, I].</param>
    /// <param name="weight">[4 D, I]: the rows of z, i, f, o, in this order.</param>
    /// <param name="recurrent">[H, 4 d, d] with H d = D: for each head the rows of z, i, f, o.</param>
    /// <param name="bias">[4 D], or a null tensor.</param>
    /// <param name="state">The state before the first step.</param>
    /// <param name="gate">How log f comes from f.</param>
    /// <returns>h [B, T, D] and the state after the last step.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no step.</exception>
    public (Tensor Outputs, SLstmState State) SLstm(
        Tensor x, Tensor weight, Tensor recurrent, Tensor bias, SLstmState state, ForgetGate gate = ForgetGate.Sigmoid)
    {
        Shapes.RequireRank("SLstm", nameof(recurrent), recurrent, 3, "[H, 4 d, d]");
        int batch = x.Shape.Rank == 0 ? 0 : x.Shape[0], heads = recurrent.Shape[0], width = recurrent.Shape[2], all = heads * width;
        Shapes.Require("SLstm", nameof(recurrent), recurrent, new Shape(heads, 4 * width, width));
        Shapes.Require("SLstm", "the output of the state", state.Output, new Shape(batch, all));
        var gates = Gates("SLstm", x, weight, bias, batch, 4 * all);
        for (var step = 0; step < x.Shape[1]; step++)
        {
            // [B, H, d] to [H, B, d], one product per head, and [H, B, 4, d] back to [B, 4, H, d].
            var before = Permute(Reshape(state.Output, new Shape(batch, heads, width)), 1, 0, 2);
            var fed = Reshape(MatMul(before, recurrent, transposeB: true), new Shape(heads, batch, 4, width));
            var now = Add(Select(gates, 1, step), Reshape(Permute(fed, 1, 2, 0, 3), new Shape(batch, 4 * all)));
            state = SLstmCell(Slice(now, 1, 0, all), Slice(now, 1, all, all), Slice(now, 1, 2 * all, all), Slice(now, 1, 3 * all, all), state, gate);
            _steps[step] = Reshape(state.Output, new Shape(batch, 1, all));
        }

        return (Concat(1, _steps.AsSpan(0, x.Shape[1])), state);
    }

    private (Tensor Keep, Tensor Write, Tensor Stabilizer) ExponentialGates(Tensor inputGate, Tensor forgetGate, Tensor stabilizer, ForgetGate gate)
    {
        var kept = Add(gate == ForgetGate.Exponential ? forgetGate : LogSigmoid(forgetGate), stabilizer);
        var next = Maximum(kept, inputGate);
        return (Exp(Subtract(kept, next)), Exp(Subtract(inputGate, next)), next);
    }

    private Tensor Gates(string operation, Tensor x, Tensor weight, Tensor bias, int batch, int rows)
    {
        Shapes.RequireRank(operation, nameof(x), x, 3, "[B, T, I]");
        if (x.Shape[0] != batch || x.Shape[1] < 1)
            throw new ArgumentException($"{operation}: x {x.Shape} must have the {batch} rows of the state and at least one step.", nameof(x));
        Shapes.Require(operation, nameof(weight), weight, new Shape(rows, x.Shape[2]));

        // A product that starts from the bias would lose digits where the bias is large, which exponential gates amplify.
        if (_steps.Length < x.Shape[1]) _steps = new Tensor[x.Shape[1]];
        var product = Linear(x, weight);
        return bias.IsNull ? product : Add(product, bias);
    }
}
