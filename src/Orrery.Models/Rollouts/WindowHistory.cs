using Orrery.Models.Predictors;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Rollouts;

/// <summary>
/// Roll-outs that put every window through the whole predictor, as training does: what the saving ones must equal to the bit, and
/// what they are measured against.
/// </summary>
internal sealed class WindowHistory(LatentPredictor predictor, Backend backend) : RolloutHistory
{
    private readonly TensorArena _arena = new(backend, name: "roll-out history");
    private Tensor _latents;
    private Tensor _actions;

    public override void Begin(Tape tape, Tensor latents, Tensor actions)
    {
        int given = latents.Shape[0], seen = Math.Min(given, predictor.Window);
        _arena.Reset();
        _latents = Keep(tape.Slice(latents, 0, given - seen, seen), tape);
        _actions = seen == 1 ? default : Keep(tape.Slice(actions, 0, given - seen, seen - 1), tape);
    }

    public override RolloutLane CreateLane(Backend backend) => new Lane(this, backend);

    protected override void Dispose(bool disposing)
    {
        _arena.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Keep(Tensor rows, Tape tape)
    {
        Tensor kept = _arena.Allocate(new Shape(1, rows.Shape[0], rows.Shape[1]));
        tape.Backend.Copy(rows, kept);
        return kept;
    }

    private sealed class Lane(WindowHistory history, Backend backend) : RolloutLane
    {
        private readonly TensorArena _arena = new(backend, name: "roll-out lane");
        private readonly LatentPredictor _predictor = history.Predictor;
        private Tensor _latents;
        private Tensor _actions;

        public override void Begin(Tape tape, Tensor actions)
        {
            int rows = actions.Shape[0], horizon = actions.Shape[1], seen = history._latents.Shape[1];
            _arena.Reset();
            _latents = _arena.Allocate(new Shape(rows, seen + horizon, history._latents.Shape[2]));
            _actions = _arena.Allocate(new Shape(rows, seen - 1 + horizon, actions.Shape[2]));
            if (seen > 1)
            {
                tape.Backend.CopyAxis(Repeated(tape, history._latents, rows), 0, _latents, 0, 1, seen);
                tape.Backend.CopyAxis(Repeated(tape, history._actions, rows), 0, _actions, 0, 1, seen - 1);
            }

            tape.Backend.CopyAxis(actions, 0, _actions, seen - 1, 1, horizon);
        }

        public override Tensor Step(Tape tape, int step, Tensor latent)
        {
            int newest = history._latents.Shape[1] - 1 + step, start = Math.Max(0, newest + 1 - _predictor.Window), tokens = newest + 1 - start;
            tape.Backend.CopyAxis(tape.Reshape(latent, new Shape(latent.Shape[0], 1, latent.Shape[1])), 0, _latents, newest, 1, 1);
            Tensor following = _predictor.ForwardWindow(
                tape, tape.Slice(_latents, 1, start, tokens), tape.Slice(_actions, 1, start, tokens), training: false);
            return tape.Select(following, 1, tokens - 1);
        }

        protected override void Dispose(bool disposing)
        {
            _arena.Dispose();
            base.Dispose(disposing);
        }

        private static Tensor Repeated(Tape tape, Tensor one, int rows) => tape.Expand(one, new Shape(rows, one.Shape[1], one.Shape[2]));
    }

    private LatentPredictor Predictor => predictor;
}
