using System.Runtime.InteropServices;
using Orrery.Benchmarks.SideBySide.Measuring;

namespace Orrery.Benchmarks.SideBySide.Peers;

/// <summary>OpenBLAS's single-precision products, where the library is installed. For comparison only: Orrery does not use it.</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;

    /// <summary>Its version and the processor that it takes this one for; null when it is not installed.</summary>
    public static string? Description { get; } = Load();

    /// <summary>
    /// The kernels for vectors as wide as ours. It does not know every processor and then takes its narrower ones; where ours are
    /// narrowed for a comparison, so are its.
    /// </summary>
    public static string Core => FmaPeak.Bits == 512 ? "SkylakeX" : "Haswell";

    /// <summary>How many threads the next products take.</summary>
    public static void UseThreads(int threads)
    {
        if (Description is not null)
            SetThreads(threads);
    }

    /// <summary>c = op(a) op(b), row-major.</summary>
    public static void Product(float* a, bool transposeA, float* b, bool transposeB, float* c, int m, int k, int n) => Gemm(
        RowMajor, transposeA ? Transposed : Plain, transposeB ? Transposed : Plain, m, n, k, 1, a, transposeA ? m : k, b, transposeB ? k : n, 0, c, n);

    /// <summary>The product of one row, by the routine for a matrix and a vector: its general one is poor at this.</summary>
    public static void RowProduct(float* a, float* b, bool transposeB, float* c, int k, int n) =>
        MatrixVector(RowMajor, transposeB ? Plain : Transposed, transposeB ? n : k, transposeB ? k : n, 1, b, transposeB ? k : n, a, 1, 0, c, 1);

    private static string? Load()
    {
        // Read by the library when it is loaded, from the environment that .NET keeps a copy of.
        if (OperatingSystem.IsLinux())
            SetEnvironment("OPENBLAS_CORETYPE", Core, overwrite: 1);
        return NativeLibrary.TryLoad(Library, out _) ? Marshal.PtrToStringUTF8(Configuration()) : null;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Gemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_sgemv")]
    private static partial void MatrixVector(
        int order, int transpose, int m, int n, float alpha, float* a, int lda, float* x, int strideX, float beta, float* y, int strideY);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint Configuration();
}
