namespace Orrery.Environments.Pushing;

/// <summary>
/// The physics of Push-T: a kinematic disc, pulled to a target by a spring, pushes a T about between four walls. Equal to
/// gym-pusht bit for bit where it has the same start. One thread at a time.
/// </summary>
/// <remarks>
/// Sources: Chi et al. 2023 (Diffusion Policy) and gym-pusht, from their behaviour. Kept with its quirks: the order in
/// which things are added; damping 0, so that every velocity but the agent's is forgotten at each substep; no friction;
/// a moment of twice the bar's, without the stem's; a centre of gravity halfway between the two parts.
/// </remarks>
internal sealed class PushTWorld : IDisposable
{
    /// <summary>Substep, s.</summary>
    private const double Substep = 0.01;

    private const int SubstepsPerStep = 10;

    /// <summary>The spring that pulls the agent, 1/s^2, and what slows it, 1/s.</summary>
    private const double Stiffness = 100;
    private const double Slowing = 20;

    private readonly ChipmunkSpace _space = new();
    private readonly nint _agent;
    private readonly nint _block;

    /// <summary>Builds a fresh space, so that nothing of an earlier contact is left.</summary>
    /// <exception cref="Data.OrreryDataException">The library is missing.</exception>
    public PushTWorld()
    {
        Chipmunk.SpaceSetGravity(_space, new ChipmunkVector(0, 0));
        Chipmunk.SpaceSetDamping(_space, 0);
        var still = Chipmunk.SpaceGetStaticBody(_space);
        foreach (var (from, to) in PushTShape.Walls)
            _space.AddShape(Chipmunk.SegmentShapeNew(still, new(from.X, from.Y), new(to.X, to.Y), PushTShape.WallRadius));

        _agent = _space.AddBody(Chipmunk.BodyNewKinematic());
        _space.AddShape(Chipmunk.CircleShapeNew(_agent, PushTShape.AgentRadius, new(0, 0)));

        _block = Chipmunk.BodyNew(mass: 1, moment: 3000);
        var parts = PushTShape.Parts.Select(part => Chipmunk.PolyShapeNew(
            _block, part.Count, [.. part.Select(corner => new ChipmunkVector(corner.X, corner.Y))], ChipmunkTransform.Identity, 0)).ToArray();
        Chipmunk.BodySetCenterOfGravity(_block, new ChipmunkVector(0, PushTShape.CenterOfGravity));
        Chipmunk.BodySetPosition(_block, new ChipmunkVector(256, 300));
        _space.AddBody(_block);
        foreach (var part in parts)
            _space.AddShape(part);
    }

    /// <summary>Where everything is now; the angle is not wrapped.</summary>
    public PushTPose Pose
    {
        get
        {
            var agent = Chipmunk.BodyGetPosition(_agent);
            var velocity = Chipmunk.BodyGetVelocity(_agent);
            var block = Chipmunk.BodyGetPosition(_block);
            var pose = new PushTPose(agent.X, agent.Y, block.X, block.Y, Chipmunk.BodyGetAngle(_block), velocity.X, velocity.Y);
            GC.KeepAlive(_space);
            return pose;
        }
    }

    /// <summary>Puts everything exactly there.</summary>
    public void Place(PushTPose pose)
    {
        PlaceAgent(pose);
        Chipmunk.BodySetAngle(_block, pose.Angle);
        Chipmunk.BodySetPosition(_block, new(pose.BlockX, pose.BlockY));
        GC.KeepAlive(_space);
    }

    /// <summary>Puts everything there as an episode of a convention begins, and lets one substep pass.</summary>
    /// <param name="pose">What was drawn.</param>
    /// <param name="positionFirst">The block is placed before it is turned about its centre of gravity, which shifts it (gym-pusht).</param>
    public void Begin(PushTPose pose, bool positionFirst)
    {
        if (positionFirst)
        {
            PlaceAgent(pose);
            Chipmunk.BodySetPosition(_block, new(pose.BlockX, pose.BlockY));
            Chipmunk.BodySetAngle(_block, pose.Angle);
        }
        else
        {
            Place(pose);
        }

        Chipmunk.SpaceStep(_space, Substep);
    }

    /// <summary>One step of 0.1 s, in which the agent is pulled to a target.</summary>
    /// <param name="targetX">px; finite.</param>
    /// <param name="targetY">px; finite.</param>
    public void Step(double targetX, double targetY)
    {
        for (var i = 0; i < SubstepsPerStep; i++)
        {
            var position = Chipmunk.BodyGetPosition(_agent);
            var velocity = Chipmunk.BodyGetVelocity(_agent);
            Chipmunk.BodySetVelocity(_agent, new(Pull(velocity.X, position.X, targetX), Pull(velocity.Y, position.Y, targetY)));
            Chipmunk.SpaceStep(_space, Substep);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _space.Dispose();

    /// <summary>The order of the operations decides the last bit.</summary>
    private static double Pull(double velocity, double position, double target) =>
        velocity + (((Stiffness * (target - position)) + (Slowing * (0 - velocity))) * Substep);

    private void PlaceAgent(PushTPose pose)
    {
        Chipmunk.BodySetVelocity(_agent, new(pose.VelocityX, pose.VelocityY));
        Chipmunk.BodySetPosition(_agent, new(pose.AgentX, pose.AgentY));
    }
}
