using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Orrery.Data;

namespace Orrery.Environments.Control;

/// <summary>
/// The part of MuJoCo 2.2.2 that control needs. What it takes for a fatal error ends the process, so callers check everything before it
/// gets here; models and data are reached through handles that cannot be null.
/// </summary>
internal static unsafe partial class Mujoco
{
    /// <summary>How many kinds of warnings there are, and what each means.</summary>
    public static readonly IReadOnlyList<string> Warnings =
    [
        "an inertia matrix was nearly singular",
        "there were more contacts than the model's nconmax",
        "there were more constraints than the model's njmax",
        "there was more to see than a scene holds",
        "a position was not finite or huge",
        "a velocity was not finite or huge",
        "an acceleration was not finite or huge",
        "a control was not finite",
    ];

    private const string Library = "libmujoco";
    private const int ExitCode = 70;

    private static readonly string[] Files = ["libmujoco.so.2.2.2", "libmujoco.so"];
    private static readonly Lazy<nint> Loaded = new(Load);
    private static readonly Lazy<bool> Prepared = new(Prepare);

    /// <summary>Loads the library and checks that it is the one that the table of offsets is of.</summary>
    /// <exception cref="OrreryDataException">It is missing, or another version.</exception>
    public static void Require() => _ = Prepared.Value;

    private static nint Load()
    {
        foreach (var file in Files)
        {
            if (NativeLibrary.TryLoad(file, out var handle))
                return handle;
        }

        throw new OrreryDataException(
            $"Reacher and the point mazes need the physics library {Files[0]}, which cannot be loaded here; install the Debian package libmujoco2.2.2.");
    }

    private static bool Prepare()
    {
        var library = Loaded.Value;
        NativeLibrary.SetDllImportResolver(typeof(Mujoco).Assembly, Resolve);
        var version = ReadVersion();
        if (version != MujocoLayout.Version)
        {
            throw new OrreryDataException(
                $"MuJoCo {version / 100}.{version / 10 % 10}.{version % 10} was found, but its structs are known for 2.2.2 alone; install the Debian package libmujoco2.2.2.");
        }

        // Without them, an error waits for a key on standard input, and a warning writes a file into the current folder.
        *(delegate* unmanaged[Cdecl]<byte*, void>*)NativeLibrary.GetExport(library, "mju_user_error") = &OnError;
        *(delegate* unmanaged[Cdecl]<byte*, void>*)NativeLibrary.GetExport(library, "mju_user_warning") = &OnWarning;
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? Loaded.Value : 0;

    /// <summary>The library's callers take for granted that this does not return, and nothing can be thrown through them.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(byte* message)
    {
        Console.Error.WriteLine($"MuJoCo cannot go on: {Marshal.PtrToStringUTF8((nint)message)?.TrimEnd('.')}. The process ends, because the library leaves no other way. Please report this.");
        Environment.Exit(ExitCode);
    }

    /// <summary>Nothing to do: each simulation counts its own warnings, which are read after each step.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnWarning(byte* message)
    {
    }

    /// <summary>Copies a text into a file system in memory, and reads a model from it. Not for two threads at once.</summary>
    /// <param name="xml">Not empty.</param>
    /// <param name="problem">What is wrong with the text, where the result is 0.</param>
    public static nint LoadModel(string xml, out string problem)
    {
        const string Name = "model.xml";
        const int MessageSize = 1000;
        var bytes = Encoding.UTF8.GetBytes(xml);
        var message = stackalloc byte[MessageSize];
        message[0] = 0;
        var files = (byte*)NativeMemory.AllocZeroed(MujocoLayout.FilesSize);
        try
        {
            FilesDefault((nint)files);
            if (FilesMake((nint)files, Name, bytes.Length) != 0)
            {
                problem = "it does not fit into memory.";
                return 0;
            }

            bytes.CopyTo(new Span<byte>(*(byte**)(files + MujocoLayout.FilesData), bytes.Length));
            var model = LoadXml(Name, (nint)files, message, MessageSize);
            problem = Marshal.PtrToStringUTF8((nint)message) ?? "";
            FilesDelete((nint)files);
            return model;
        }
        finally
        {
            NativeMemory.Free(files);
        }
    }

    [LibraryImport(Library, EntryPoint = "mj_version")]
    private static partial int ReadVersion();

    [LibraryImport(Library, EntryPoint = "mj_defaultVFS")]
    private static partial void FilesDefault(nint files);

    [LibraryImport(Library, EntryPoint = "mj_makeEmptyFileVFS", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FilesMake(nint files, string name, int size);

    [LibraryImport(Library, EntryPoint = "mj_deleteVFS")]
    private static partial void FilesDelete(nint files);

    [LibraryImport(Library, EntryPoint = "mj_loadXML", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint LoadXml(string file, nint files, byte* message, int size);

    [LibraryImport(Library, EntryPoint = "mj_deleteModel")]
    public static partial void DeleteModel(nint model);

    [LibraryImport(Library, EntryPoint = "mj_makeData")]
    public static partial nint MakeData(MujocoModel model);

    [LibraryImport(Library, EntryPoint = "mj_deleteData")]
    public static partial void DeleteData(nint data);

    [LibraryImport(Library, EntryPoint = "mj_resetData")]
    public static partial void ResetData(MujocoModel model, MujocoData data);

    [LibraryImport(Library, EntryPoint = "mj_forward")]
    public static partial void Forward(MujocoModel model, MujocoData data);

    [LibraryImport(Library, EntryPoint = "mj_step")]
    public static partial void Step(MujocoModel model, MujocoData data);

    /// <summary>The part of a step before the controls: what follows from positions and velocities.</summary>
    [LibraryImport(Library, EntryPoint = "mj_step1")]
    public static partial void StepBeforeControls(MujocoModel model, MujocoData data);

    /// <summary>The rest of the step: forces, accelerations, and time goes on.</summary>
    [LibraryImport(Library, EntryPoint = "mj_step2")]
    public static partial void StepAfterControls(MujocoModel model, MujocoData data);

    [LibraryImport(Library, EntryPoint = "mj_name2id", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int FindName(MujocoModel model, int kind, string name);

    [LibraryImport(Library, EntryPoint = "mj_id2name")]
    public static partial nint NameOf(MujocoModel model, int kind, int number);

    [LibraryImport(Library, EntryPoint = "mj_printModel", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void PrintModel(MujocoModel model, string file);

    [LibraryImport(Library, EntryPoint = "mj_printData", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void PrintData(MujocoModel model, MujocoData data, string file);
}
