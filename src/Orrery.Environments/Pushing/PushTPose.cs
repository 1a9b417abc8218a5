namespace Orrery.Environments.Pushing;

/// <summary>Where everything is: the agent, how fast it moves, and the block.</summary>
/// <param name="AgentX">Agent's centre, px.</param>
/// <param name="AgentY">Agent's centre, px; down is positive.</param>
/// <param name="BlockX">The block's reference point, the middle of the bar's outer edge, px.</param>
/// <param name="BlockY">The block's reference point, px.</param>
/// <param name="Angle">The block's angle, rad; from x towards y.</param>
/// <param name="VelocityX">Agent's velocity, px/s.</param>
/// <param name="VelocityY">Agent's velocity, px/s.</param>
internal readonly record struct PushTPose(
    double AgentX, double AgentY, double BlockX, double BlockY, double Angle, double VelocityX = 0, double VelocityY = 0)
{
    /// <summary>Reads a state of 5 or 7 numbers; velocity is 0 where it has none.</summary>
    public static PushTPose From(ReadOnlySpan<float> state) =>
        new(state[0], state[1], state[2], state[3], state[4], state.Length > 5 ? state[5] : 0, state.Length > 5 ? state[6] : 0);

    /// <summary>Writes a state of 5 or 7 numbers; the angle in [0, 2 pi).</summary>
    public void Write(Span<float> state)
    {
        state[0] = (float)AgentX;
        state[1] = (float)AgentY;
        state[2] = (float)BlockX;
        state[3] = (float)BlockY;
        state[4] = (float)Modulo(Angle);
        if (state.Length <= 5)
            return;
        state[5] = (float)VelocityX;
        state[6] = (float)VelocityY;
    }

    /// <summary>Writes what is seen as numbers: 8 as a pose, 20 as corners, 4 beside a picture.</summary>
    public void Write(PushTView view, Span<float> vector)
    {
        vector[0] = (float)AgentX;
        vector[1] = (float)AgentY;
        if (view == PushTView.Pose)
        {
            var (sine, cosine) = Math.SinCos(Angle);
            vector[2] = (float)BlockX;
            vector[3] = (float)BlockY;
            vector[4] = (float)cosine;
            vector[5] = (float)sine;
        }
        else if (view == PushTView.Corners)
        {
            for (var corner = 0; corner < PushTShape.Outline.Count; corner++)
            {
                var (x, y) = PushTShape.ToWorld(this, PushTShape.Outline[corner].X, PushTShape.Outline[corner].Y);
                vector[2 + (2 * corner)] = (float)x;
                vector[3 + (2 * corner)] = (float)y;
            }
        }

        vector[^2] = (float)VelocityX;
        vector[^1] = (float)VelocityY;
    }

    /// <summary>An angle in [0, 2 pi), as Python's modulo gives it.</summary>
    public static double Modulo(double angle)
    {
        var rest = angle % Math.Tau;
        return rest < 0 ? rest + Math.Tau : rest;
    }
}
