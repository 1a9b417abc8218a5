using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Computes the gradients of a loss: adds them to <see cref="Parameter.Gradient"/> and makes them available through
    /// <see cref="Gradient(Tensor)"/>. May be called again for another loss of the same step; gradients of leaves add up.
    /// </summary>
    /// <param name="loss">The loss, a single number.</param>
    /// <exception cref="ArgumentException">The loss is not a single number.</exception>
    /// <exception cref="InvalidOperationException">The loss depends on no parameter or variable.</exception>
    public void Backward(Tensor loss)
    {
        if (loss.Shape.Count != 1)
            throw new ArgumentException($"Backward: the loss has shape {loss.Shape}; it must be a single number, take its Sum or Mean.", nameof(loss));
        StartBackward(loss);
        Backend.AddScaled(Constant(1, loss.Shape), 1, GradientBuffer(loss));
        RunBackward(loss.Node);
    }

    /// <summary>Computes the gradients of the sum over outputs of (upstream * output).</summary>
    /// <param name="outputs">Each output with the gradient that arrives at it, of the same shape.</param>
    /// <exception cref="ArgumentException">There is no output or a shape differs.</exception>
    /// <exception cref="InvalidOperationException">An output depends on no parameter or variable.</exception>
    public void Backward(ReadOnlySpan<(Tensor Output, Tensor Upstream)> outputs)
    {
        if (outputs.Length == 0) throw new ArgumentException("Backward: no output was given; give at least one.", nameof(outputs));
        var last = 0;
        foreach (var (output, upstream) in outputs)
        {
            if (output.Shape != upstream.Shape)
                throw new ArgumentException($"Backward: an output has shape {output.Shape} but its upstream {upstream.Shape}; they must be equal.", nameof(outputs));
            StartBackward(output);
            last = Math.Max(last, output.Node);
        }

        foreach (var (output, upstream) in outputs) Backend.AddScaled(upstream, 1, GradientBuffer(output));
        RunBackward(last);
    }

    private void StartBackward(Tensor output)
    {
        if (output.Node == 0)
            throw new InvalidOperationException($"Backward: the tensor {output.Shape} depends on no parameter or variable, or was computed while the tape did not record.");
        if (!_hasRunBackward) return;

        // What an earlier pass left in between must not flow again.
        _hasRunBackward = false;
        for (var index = 1; index < _nodeCount; index++)
        {
            if (_nodes[index].Rule is not null) _nodes[index].Gradient = default;
        }
    }

    private void RunBackward(int last)
    {
        for (var index = last; index > 0; index--)
        {
            var rule = _nodes[index].Rule;
            if (rule is not null && !_nodes[index].Gradient.IsNull) rule.Backward(new Backpropagation(this, index));
        }

        _hasRunBackward = true;
    }
}
