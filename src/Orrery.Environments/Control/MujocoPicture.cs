using System.Runtime.InteropServices;
using Orrery.Data;

namespace Orrery.Environments.Control;

/// <summary>Pictures of environments on MuJoCo as MuJoCo itself draws them, with light and shadow, in software: for people, not for models.</summary>
/// <remarks>
/// Needs libosmesa6. Everything is made anew for each picture, which takes a good part of a second: observations and films are painted flat
/// (<see cref="IEnvironment.Render"/>). Pictures of the same state are the same to the byte on the same version of Mesa.
/// </remarks>
public static class MujocoPicture
{
    /// <summary>Largest width and height, px.</summary>
    public const int LargestSide = 4096;

    private const uint Rgba = 0x1908;
    private const uint UnsignedByte = 0x1401;
    private const int DummySide = 16;
    private const int CameraKind = 7;
    private const int FixedCamera = 2;
    private const int AllCategories = 7;
    private const int MostShapes = 1000;
    private const int FontScale = 150;
    private const int Offscreen = 1;

    // The context of a thread is the library's one place to draw on.
    private static readonly Lock Drawing = new();

    /// <summary>Draws an environment as it is now.</summary>
    /// <param name="environment">One on MuJoCo; it is not touched.</param>
    /// <param name="rgb">[height, width, 3] bytes, row-major, red first.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <exception cref="ArgumentException">The span does not have the picture's size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1 or above <see cref="LargestSide"/>.</exception>
    /// <exception cref="OrreryDataException">The environment is not on MuJoCo, or a library is missing.</exception>
    public static void Render(IEnvironment environment, Span<byte> rgb, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, LargestSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, LargestSide);
        if (rgb.Length != width * height * 3)
            throw new ArgumentException($"MujocoPicture.Render: {rgb.Length} bytes came; {width} x {height} x 3 were needed.", nameof(rgb));
        if (environment is not ControlEnvironment control)
            throw new OrreryDataException($"{environment.Specification.Name} is not on MuJoCo, so MuJoCo cannot draw it; take the flat picture instead.");

        using var model = MujocoModel.Load(control.Specification.Name, control.SceneMjcf(width, height));
        using var world = new MujocoWorld(model);
        control.Show(world);
        lock (Drawing)
        {
            var mesa = CreateContext();
            try
            {
                Draw(model, world, mesa, rgb, width, height);
            }
            finally
            {
                MujocoGraphics.DestroyContext(mesa);
            }
        }
    }

    private static nint CreateContext()
    {
        try
        {
            // The library looks for OSMesa among the loaded files, so that this must come before its own context.
            var context = MujocoGraphics.CreateContext(Rgba, depthBits: 24, stencilBits: 8, accumulationBits: 0, shared: 0);
            return context != 0 ? context : throw new OrreryDataException("OSMesa gives no context to draw with; take the flat picture instead.");
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new OrreryDataException(
                "Pictures by MuJoCo need the library libOSMesa.so.8, which cannot be loaded here; install the Debian package libosmesa6, or take the flat picture.", exception);
        }
    }

    private static unsafe void Draw(MujocoModel model, MujocoWorld world, nint mesa, Span<byte> rgb, int width, int height)
    {
        // The picture is drawn into a buffer of the library's own; the context wants one all the same, for as long as it is current.
        var dummy = NativeMemory.AllocZeroed(4 * DummySide * DummySide);
        var camera = (nint)NativeMemory.AllocZeroed(MujocoLayout.CameraSize);
        var option = (nint)NativeMemory.AllocZeroed(MujocoLayout.OptionSize);
        var scene = (nint)NativeMemory.AllocZeroed(MujocoLayout.SceneSize);
        var context = (nint)NativeMemory.AllocZeroed(MujocoLayout.ContextSize);
        try
        {
            // Without a current context, the library ends the process.
            if (MujocoGraphics.MakeCurrent(mesa, dummy, UnsignedByte, DummySide, DummySide) == 0)
                throw new OrreryDataException("OSMesa cannot draw here; take the flat picture instead.");
            MujocoGraphics.CameraDefault(camera);
            *(int*)(camera + MujocoLayout.CameraType) = FixedCamera;
            *(int*)(camera + MujocoLayout.CameraNumber) = Mujoco.FindName(model, CameraKind, "above");
            MujocoGraphics.OptionDefault(option);
            MujocoGraphics.SceneDefault(scene);
            MujocoGraphics.SceneMake(model, scene, MostShapes);
            MujocoGraphics.ContextDefault(context);
            MujocoGraphics.ContextMake(model, context, FontScale);
            MujocoGraphics.ContextBuffer(Offscreen, context);
            MujocoGraphics.SceneUpdate(model, world.Data, option, 0, camera, AllCategories, scene);
            var all = new MujocoRectangle(0, 0, width, height);
            MujocoGraphics.Draw(all, scene, context);
            var pixels = new byte[rgb.Length];
            fixed (byte* first = pixels)
                MujocoGraphics.ReadPixels(first, null, all, context);
            Flip(pixels, rgb, width * 3);
            MujocoGraphics.ContextFree(context);
            MujocoGraphics.SceneFree(scene);
        }
        finally
        {
            // What is current may not point at memory that is gone.
            _ = MujocoGraphics.MakeCurrent(0, null, UnsignedByte, 0, 0);
            NativeMemory.Free((void*)context);
            NativeMemory.Free((void*)scene);
            NativeMemory.Free((void*)option);
            NativeMemory.Free((void*)camera);
            NativeMemory.Free(dummy);
        }
    }

    /// <summary>Rows come from the bottom up.</summary>
    private static void Flip(ReadOnlySpan<byte> from, Span<byte> to, int row)
    {
        for (var offset = 0; offset < from.Length; offset += row)
            from.Slice(from.Length - row - offset, row).CopyTo(to[offset..]);
    }
}
