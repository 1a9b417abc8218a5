using Orrery.Models.Predictors;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;

namespace Orrery.Models.Rollouts;

/// <summary>
/// Roll-outs of the causal transformer without the work that changes no result:
/// tokens whose latent and action were seen before the roll-out are the same for all candidates and computed once;
/// what an action makes of the blocks is computed once for all windows that it is in, since it knows no position;
/// keys and values are kept as long as the window only grows. Once it slides, every token has another position, whose learned vector
/// is added to it, and nothing of the blocks can be kept;
/// the last block computes keys and values of all tokens, but all else for the last token only, which alone is read.
/// </summary>
internal sealed class TransformerHistory : RolloutHistory
{
    private readonly CausalTransformerPredictor _predictor;
    private readonly TensorArena _arena;
    private readonly AttentionMemory[][] _shared;

    public TransformerHistory(CausalTransformerPredictor predictor, Backend backend)
    {
        _predictor = predictor;
        _arena = new TensorArena(backend, name: "roll-out history");
        _shared = new AttentionMemory[predictor.Window - 1][];
        for (int first = 0; first < _shared.Length; first++)
        {
            _shared[first] = [.. predictor.Layers.Select(layer => layer.CreateMemory(predictor.Window))];
            foreach (AttentionMemory memory in _shared[first])
                memory.Begin(_arena, 1);
        }
    }

    /// <summary>n: latents that were seen, the window's worth at most.</summary>
    public int Seen { get; private set; }

    public override void Begin(Tape tape, Tensor latents, Tensor actions)
    {
        int given = latents.Shape[0], size = latents.Shape[1];
        Seen = Math.Min(given, _predictor.Window);
        if (Seen == 1)
            return;
        Tensor known = tape.Reshape(tape.Slice(latents, 0, given - Seen, Seen - 1), new Shape(1, Seen - 1, size));
        Tensor driven = tape.Slice(actions, 0, given - Seen, Seen - 1);
        Tensor conditions = tape.Reshape(_predictor.Condition(tape, driven), known.Shape);

        // A window that slid begins later, with the same tokens at earlier positions.
        for (int first = 0; first < Seen - 1; first++)
        {
            int tokens = Seen - 1 - first;
            Tensor x = _predictor.Place(tape, tape.Slice(known, 1, first, tokens), 0), steering = tape.Slice(conditions, 1, first, tokens);
            for (int layer = 0; layer < _predictor.Layers.Count; layer++)
            {
                AttentionMemory memory = _shared[first][layer];
                memory.Clear();
                x = _predictor.Layers[layer].Continue(tape, x, _predictor.Layers[layer].Modulation(tape, steering), memory);
            }
        }
    }

    public override RolloutLane CreateLane(Backend backend) => new Lane(this, backend);

    protected override void Dispose(bool disposing)
    {
        _arena.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Lane : RolloutLane
    {
        private readonly TransformerHistory _history;
        private readonly CausalTransformerPredictor _predictor;
        private readonly TensorArena _arena;
        private readonly Tensor[] _modulations;
        private readonly AttentionMemory[] _memories;
        private Tensor _latents;
        private int _start;
        private int _rows;

        public Lane(TransformerHistory history, Backend backend)
        {
            _history = history;
            _predictor = history._predictor;
            _arena = new TensorArena(backend, name: "roll-out lane");
            _modulations = new Tensor[_predictor.Layers.Count];
            _memories = [.. _predictor.Layers.Select(layer => layer.CreateMemory(_predictor.Window))];
        }

        public override void Begin(Tape tape, Tensor actions)
        {
            int rows = actions.Shape[0], horizon = actions.Shape[1];
            if (rows != _rows || _latents.IsNull || _latents.Shape[1] != horizon)
                Arrange(rows, horizon);
            Tensor conditions = _predictor.Condition(tape, actions);
            for (int layer = 0; layer < _modulations.Length; layer++)
            {
                ArenaMark piece = tape.BeginPiece();
                tape.Backend.Copy(_predictor.Layers[layer].Modulation(tape, conditions), _modulations[layer]);
                tape.Arena.Rollback(piece);
            }
        }

        public override Tensor Step(Tape tape, int step, Tensor latent)
        {
            // Frames are numbered from the first that was seen; the planned ones begin with the last of these.
            int newest = _history.Seen - 1 + step, start = Math.Max(0, newest + 1 - _predictor.Window);
            Shape one = new(latent.Shape[0], 1, latent.Shape[1]);
            tape.Backend.CopyAxis(tape.Reshape(latent, one), 0, _latents, step, 1, 1);
            bool anew = step == 0 || start != _start;
            int alike = Math.Max(0, _history.Seen - 1 - start);
            int first = anew ? start + alike : newest, planned = first - (_history.Seen - 1), tokens = newest + 1 - first;
            _start = start;
            Tensor x = _predictor.Place(tape, tape.Slice(_latents, 1, planned, tokens), first - start);
            for (int layer = 0; layer < _modulations.Length; layer++)
            {
                AttentionMemory memory = _memories[layer];
                ArenaMark piece = tape.BeginPiece();
                if (anew)
                    Restart(tape, memory, alike > 0 ? _history._shared[start][layer] : null, alike);
                Tensor modulation = tape.Slice(_modulations[layer], 1, planned, tokens);
                x = tape.EndPiece(
                    piece, _predictor.Layers[layer].Continue(tape, x, modulation, memory, lastOnly: layer == _modulations.Length - 1));
            }

            return tape.Reshape(_predictor.Project(tape, x, training: false), latent.Shape);
        }

        protected override void Dispose(bool disposing)
        {
            _arena.Dispose();
            base.Dispose(disposing);
        }

        private static void Restart(Tape tape, AttentionMemory memory, AttentionMemory? shared, int alike)
        {
            memory.Clear();
            if (shared is not null)
                memory.Share(tape, shared, alike);
        }

        private void Arrange(int rows, int horizon)
        {
            _arena.Reset();
            _rows = rows;
            int size = _predictor.LatentSize;
            _latents = _arena.Allocate(new Shape(rows, horizon, size));
            for (int layer = 0; layer < _modulations.Length; layer++)
            {
                _modulations[layer] = _arena.Allocate(new Shape(rows, horizon, ConditionedBlock.Parts * size));
                _memories[layer].Begin(_arena, rows);
            }
        }
    }
}
