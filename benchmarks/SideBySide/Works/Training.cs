using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Optim;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>Training steps of one model: forward, backward, clipping, update.</summary>
internal sealed class Training : IDisposable
{
    private readonly ParameterBlock _block;
    private readonly Tape _tape;
    private readonly Func<Tape, Tensor> _loss;
    private readonly AdamW? _optimizer;
    private readonly float _rate;
    private readonly float _clip;

    /// <param name="block">The parameters, with their starting values.</param>
    /// <param name="loss">Records the loss.</param>
    /// <param name="rate">Learning rate; 0 for no update.</param>
    /// <param name="decay">Weight decay, of everything.</param>
    /// <param name="clip">Largest norm of the gradient; 0 for any.</param>
    public Training(ParameterBlock block, Func<Tape, Tensor> loss, float rate, float decay = 0, float clip = 0)
    {
        _block = block;
        _tape = new Tape(block.Backend);
        _loss = loss;
        _rate = rate;
        _clip = clip;
        block.Seal();
        _optimizer = rate > 0 ? new AdamW(block, weightDecay: decay, decaysEverything: true) : null;
    }

    /// <summary>One step; returns the loss before it.</summary>
    public float Step()
    {
        _tape.Reset();
        Tensor loss = _loss(_tape);
        _block.ZeroGradients();
        _tape.Backward(loss);
        if (_clip > 0)
            GradientClipping.ClipGlobalNorm(_block, _clip);
        _optimizer?.Step(_rate);
        return loss.Item();
    }

    /// <summary>The losses of the first three steps, so ask before any other, and the gradients of the third.</summary>
    public Dictionary<string, float[]> Outputs(params IReadOnlyList<string> gradients)
    {
        Dictionary<string, float[]> outputs = new() { ["losses"] = [Step(), Step(), Step()] };
        foreach (string name in gradients)
            outputs[$"gradient.{name}"] = _block.Parameters.Single(parameter => parameter.Name == name).Gradient.Span.ToArray();
        return outputs;
    }

    /// <summary>The parameters by name, and further inputs, for peers.</summary>
    public Dictionary<string, Tensor> Inputs(params IReadOnlyList<(string Name, Tensor Tensor)> others)
    {
        Dictionary<string, Tensor> inputs = _block.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        foreach ((string name, Tensor tensor) in others)
            inputs.Add(name, tensor);
        return inputs;
    }

    public void Dispose() => _tape.Dispose();
}
