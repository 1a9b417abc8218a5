using System.Runtime.InteropServices;

namespace Orrery.Environments.Pushing;

/// <summary>Owns a Chipmunk space with the bodies and shapes in it, which the space itself would leak.</summary>
internal sealed class ChipmunkSpace : SafeHandle
{
    private readonly List<nint> _bodies = [];
    private readonly List<nint> _shapes = [];

    /// <summary>Makes an empty space.</summary>
    /// <exception cref="Data.OrreryDataException">The library is missing.</exception>
    public ChipmunkSpace()
        : base(0, ownsHandle: true) => SetHandle(Chipmunk.NewSpace());

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Adds a body and owns it.</summary>
    public nint AddBody(nint body)
    {
        Chipmunk.SpaceAddBody(this, body);
        _bodies.Add(body);
        return body;
    }

    /// <summary>Adds a shape and owns it.</summary>
    public void AddShape(nint shape)
    {
        Chipmunk.SpaceAddShape(this, shape);
        _shapes.Add(shape);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        foreach (var shape in _shapes)
        {
            Chipmunk.SpaceRemoveShape(handle, shape);
            Chipmunk.ShapeFree(shape);
        }

        foreach (var body in _bodies)
        {
            Chipmunk.SpaceRemoveBody(handle, body);
            Chipmunk.BodyFree(body);
        }

        Chipmunk.SpaceFree(handle);
        return true;
    }
}
