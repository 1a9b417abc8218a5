using System.Runtime.InteropServices;
using Orrery.Data;

namespace Orrery.Environments.Pushing;

/// <summary>A point or a vector as Chipmunk passes it by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ChipmunkVector(double X, double Y);

/// <summary>An affine map as Chipmunk passes it by value: columns (A, B) and (C, D), shift (X, Y).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ChipmunkTransform(double A, double B, double C, double D, double X, double Y)
{
    public static ChipmunkTransform Identity { get; } = new(1, 0, 0, 1, 0, 0);
}

/// <summary>
/// The part of Chipmunk 7 that pushing needs. Debian builds it with assertions: a number that is not finite aborts the
/// process, so callers check every number before it gets here.
/// </summary>
internal static partial class Chipmunk
{
    private const string Library = "libchipmunk.so.7";

    private static readonly Lazy<bool> Quietened = new(Quieten);

    /// <summary>Makes an empty space.</summary>
    /// <exception cref="OrreryDataException">The library is missing.</exception>
    public static nint NewSpace()
    {
        try
        {
            _ = Quietened.Value;
            return SpaceNew();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new OrreryDataException($"Push-T needs the physics library {Library}, which cannot be loaded here; install the Debian package libchipmunk7.", exception);
        }
    }

    /// <summary>
    /// The first space of a process prints two lines about assertions to standard output, where results belong: they are
    /// sent to nowhere. The console keeps a descriptor of its own, so nothing else is lost.
    /// </summary>
    private static bool Quieten()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        using var console = Console.OpenStandardOutput();
        _ = Flush(0);
        var kept = Duplicate(1);
        var nowhere = Open("/dev/null", 1);
        if (kept < 0 || nowhere < 0)
            return false;
        try
        {
            _ = DuplicateTo(nowhere, 1);
            SpaceFree(SpaceNew());
            _ = Flush(0);
        }
        finally
        {
            _ = DuplicateTo(kept, 1);
            _ = Close(kept);
            _ = Close(nowhere);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int Flush(nint all);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "cpSpaceNew")]
    private static partial nint SpaceNew();

    [LibraryImport(Library, EntryPoint = "cpSpaceFree")]
    public static partial void SpaceFree(nint space);

    [LibraryImport(Library, EntryPoint = "cpSpaceSetGravity")]
    public static partial void SpaceSetGravity(ChipmunkSpace space, ChipmunkVector gravity);

    [LibraryImport(Library, EntryPoint = "cpSpaceSetDamping")]
    public static partial void SpaceSetDamping(ChipmunkSpace space, double damping);

    [LibraryImport(Library, EntryPoint = "cpSpaceGetStaticBody")]
    public static partial nint SpaceGetStaticBody(ChipmunkSpace space);

    [LibraryImport(Library, EntryPoint = "cpSpaceAddBody")]
    public static partial nint SpaceAddBody(ChipmunkSpace space, nint body);

    [LibraryImport(Library, EntryPoint = "cpSpaceAddShape")]
    public static partial nint SpaceAddShape(ChipmunkSpace space, nint shape);

    [LibraryImport(Library, EntryPoint = "cpSpaceRemoveBody")]
    public static partial void SpaceRemoveBody(nint space, nint body);

    [LibraryImport(Library, EntryPoint = "cpSpaceRemoveShape")]
    public static partial void SpaceRemoveShape(nint space, nint shape);

    [LibraryImport(Library, EntryPoint = "cpSpaceStep")]
    public static partial void SpaceStep(ChipmunkSpace space, double time);

    [LibraryImport(Library, EntryPoint = "cpBodyNew")]
    public static partial nint BodyNew(double mass, double moment);

    [LibraryImport(Library, EntryPoint = "cpBodyNewKinematic")]
    public static partial nint BodyNewKinematic();

    [LibraryImport(Library, EntryPoint = "cpBodyFree")]
    public static partial void BodyFree(nint body);

    [LibraryImport(Library, EntryPoint = "cpBodyGetPosition")]
    public static partial ChipmunkVector BodyGetPosition(nint body);

    [LibraryImport(Library, EntryPoint = "cpBodySetPosition")]
    public static partial void BodySetPosition(nint body, ChipmunkVector position);

    [LibraryImport(Library, EntryPoint = "cpBodyGetVelocity")]
    public static partial ChipmunkVector BodyGetVelocity(nint body);

    [LibraryImport(Library, EntryPoint = "cpBodySetVelocity")]
    public static partial void BodySetVelocity(nint body, ChipmunkVector velocity);

    [LibraryImport(Library, EntryPoint = "cpBodyGetAngle")]
    public static partial double BodyGetAngle(nint body);

    [LibraryImport(Library, EntryPoint = "cpBodySetAngle")]
    public static partial void BodySetAngle(nint body, double angle);

    [LibraryImport(Library, EntryPoint = "cpBodySetCenterOfGravity")]
    public static partial void BodySetCenterOfGravity(nint body, ChipmunkVector center);

    [LibraryImport(Library, EntryPoint = "cpCircleShapeNew")]
    public static partial nint CircleShapeNew(nint body, double radius, ChipmunkVector offset);

    [LibraryImport(Library, EntryPoint = "cpSegmentShapeNew")]
    public static partial nint SegmentShapeNew(nint body, ChipmunkVector from, ChipmunkVector to, double radius);

    [LibraryImport(Library, EntryPoint = "cpPolyShapeNew")]
    public static partial nint PolyShapeNew(nint body, int count, [In] ChipmunkVector[] corners, ChipmunkTransform transform, double radius);

    [LibraryImport(Library, EntryPoint = "cpShapeFree")]
    public static partial void ShapeFree(nint shape);
}
