using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Losses;

/// <summary>Decodes the actions between two neighbouring latents, so that latents keep what can be acted on.</summary>
internal abstract class InverseDynamics
{
    /// <summary>The decoder that a recipe asks for; registers its parameters under "inverse".</summary>
    public static InverseDynamics Create(ParameterBlock block, ObjectiveRecipe recipe, int latentSize, int actionBlock, int actionSize, RandomStream random) =>
        recipe.InverseForm == ObjectiveRecipe.DifferenceForm
            ? new DifferenceDecoder(block, recipe.InverseDynamicsHidden, latentSize, actionBlock, actionSize, random)
            : new PairDecoder(block, recipe.InverseDynamicsHidden, latentSize, actionBlock * actionSize, random);

    /// <summary>Decodes.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="earlier">[T, B, D].</param>
    /// <param name="later">[T, B, D].</param>
    /// <returns>[T, B, K A], normalised.</returns>
    public abstract Tensor Forward(Tape tape, Tensor earlier, Tensor later);

    /// <summary>One hidden layer that sees both latents (PLDM).</summary>
    private sealed class PairDecoder(ParameterBlock block, int hidden, int latentSize, int stepSize, RandomStream random) : InverseDynamics
    {
        private readonly Mlp _layers = new(block, "inverse", [2 * latentSize, hidden, stepSize], Activation.Relu, random);

        public override Tensor Forward(Tape tape, Tensor earlier, Tensor later) => _layers.Forward(tape, tape.Concat(2, earlier, later));
    }

    /// <summary>A transformer of three blocks over one token per action, each told the latents' difference (Delta-JEPA).</summary>
    private sealed class DifferenceDecoder : InverseDynamics
    {
        private const int Blocks = 3;
        private const int Heads = 4;

        private readonly Linear _difference;
        private readonly Parameter _places;
        private readonly TransformerBlock[] _blocks = new TransformerBlock[Blocks];
        private readonly Linear _output;
        private readonly int _actionBlock;
        private readonly int _width;

        public DifferenceDecoder(ParameterBlock block, int hidden, int latentSize, int actionBlock, int actionSize, RandomStream random)
        {
            // A width that the heads divide.
            _width = Math.Max(Heads, hidden / Heads * Heads);
            _actionBlock = actionBlock;
            _difference = new Linear(block, "inverse.difference", latentSize, _width, random);
            _places = block.Add("inverse.places", new Shape(1, actionBlock, _width), decays: false);
            Initialization.Normal(_places, 0.02f, random.Child(_places.Name));
            for (int layer = 0; layer < Blocks; layer++)
                _blocks[layer] = new TransformerBlock(block, $"inverse.block{layer}", _width, Heads, _width / Heads, 2 * _width, random);
            _output = new Linear(block, "inverse.output", _width, actionSize, random);
        }

        public override Tensor Forward(Tape tape, Tensor earlier, Tensor later)
        {
            int steps = later.Shape[0], batch = later.Shape[1];
            Tensor told = _difference.Forward(tape, tape.Subtract(later, earlier));
            Tensor tokens = tape.Add(tape.Reshape(told, new Shape(steps * batch, 1, _width)), tape.Use(_places));
            foreach (TransformerBlock block in _blocks)
                tokens = block.Forward(tape, tokens);
            Tensor actions = _output.Forward(tape, tokens);
            return tape.Reshape(actions, new Shape(steps, batch, _actionBlock * actions.Shape[2]));
        }
    }
}
