using System.Runtime.InteropServices;

namespace Orrery.Environments.Control;

/// <summary>A part of a picture, as MuJoCo passes it by value, px.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MujocoRectangle(int Left, int Bottom, int Width, int Height);

/// <summary>The part of MuJoCo that draws, and of OSMesa, which gives it a place to draw on without a display.</summary>
internal static unsafe partial class MujocoGraphics
{
    private const string Library = "libmujoco";
    private const string Mesa = "libOSMesa.so.8";

    [LibraryImport(Mesa, EntryPoint = "OSMesaCreateContextExt")]
    public static partial nint CreateContext(uint format, int depthBits, int stencilBits, int accumulationBits, nint shared);

    [LibraryImport(Mesa, EntryPoint = "OSMesaMakeCurrent")]
    public static partial byte MakeCurrent(nint context, void* buffer, uint type, int width, int height);

    [LibraryImport(Mesa, EntryPoint = "OSMesaDestroyContext")]
    public static partial void DestroyContext(nint context);

    [LibraryImport(Library, EntryPoint = "mjv_defaultCamera")]
    public static partial void CameraDefault(nint camera);

    [LibraryImport(Library, EntryPoint = "mjv_defaultOption")]
    public static partial void OptionDefault(nint option);

    [LibraryImport(Library, EntryPoint = "mjv_defaultScene")]
    public static partial void SceneDefault(nint scene);

    [LibraryImport(Library, EntryPoint = "mjv_makeScene")]
    public static partial void SceneMake(MujocoModel model, nint scene, int geoms);

    [LibraryImport(Library, EntryPoint = "mjv_updateScene")]
    public static partial void SceneUpdate(MujocoModel model, MujocoData data, nint option, nint perturbation, nint camera, int categories, nint scene);

    [LibraryImport(Library, EntryPoint = "mjv_freeScene")]
    public static partial void SceneFree(nint scene);

    [LibraryImport(Library, EntryPoint = "mjr_defaultContext")]
    public static partial void ContextDefault(nint context);

    [LibraryImport(Library, EntryPoint = "mjr_makeContext")]
    public static partial void ContextMake(MujocoModel model, nint context, int fontScale);

    [LibraryImport(Library, EntryPoint = "mjr_setBuffer")]
    public static partial void ContextBuffer(int buffer, nint context);

    [LibraryImport(Library, EntryPoint = "mjr_freeContext")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "mjr_render")]
    public static partial void Draw(MujocoRectangle part, nint scene, nint context);

    [LibraryImport(Library, EntryPoint = "mjr_readPixels")]
    public static partial void ReadPixels(byte* rgb, float* depth, MujocoRectangle part, nint context);
}
