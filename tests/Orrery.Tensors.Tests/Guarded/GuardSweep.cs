using System.IO.MemoryMappedFiles;
using System.Reflection;
using System.Text;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Guarded;

/// <summary>
/// Runs every primitive operation over many shapes on tensors that lie against inaccessible pages. A touch outside ends the
/// process, so what is being run is noted in a file first. The same numbers come at every alignment and number of threads:
/// the results are summed up per operation, so that runs can be compared bit by bit.
/// </summary>
internal sealed unsafe partial class GuardSweep : IDisposable
{
    private const int NoteBytes = 4096;
    private readonly GuardedMemory[] _places = new GuardedMemory[16];
    private readonly List<GuardedScratch> _scratch = [];
    private readonly List<Tensor> _used = [];
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _note;
    private readonly GuardedSide _side;
    private readonly CpuBackend _backend;
    private readonly TensorArena _arena;
    private readonly long _serial;
    private int _placed;
    private ulong _state = 99;
    private ulong _sum;

    public GuardSweep(string noteFile, GuardedSide side, int threads)
    {
        _file = MemoryMappedFile.CreateFromFile(noteFile, FileMode.OpenOrCreate, null, NoteBytes);
        _note = _file.CreateViewAccessor();
        _side = side;
        for (int place = 0; place < _places.Length; place++)
            _places[place] = new GuardedMemory(1 << 20);
        _backend = new CpuBackend(threads, NewScratch);

        // Every tensor claims to be this one, which stays allocated.
        _arena = new TensorArena(_backend, name: "sweep");
        _serial = _arena.Mark().Serial;
        _arena.Allocate(default);
    }

    /// <summary>The primitive operations that a backend has to offer.</summary>
    public static IEnumerable<string> Primitives() => typeof(Backend)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.IsVirtual && !method.IsFinal && !method.IsSpecialName)
        .Select(method => method.Name)
        .Where(name => name is not (nameof(Backend.Allocate) or nameof(Backend.Free)))
        .Distinct(StringComparer.Ordinal);

    /// <summary>The operations that the sweep runs, each by its name.</summary>
    public IReadOnlyDictionary<string, Action> Cases() => new Dictionary<string, Action>(StringComparer.Ordinal)
    {
        [nameof(Backend.Fill)] = Fill,
        [nameof(Backend.Copy)] = Copy,
        [nameof(Backend.Upload)] = Upload,
        [nameof(Backend.Download)] = Download,
        [nameof(Backend.Unary)] = Unary,
        [nameof(Backend.UnaryGradient)] = UnaryGradient,
        [nameof(Backend.Binary)] = Binary,
        [nameof(Backend.BinaryGradient)] = BinaryGradient,
        [nameof(Backend.AddScaled)] = AddScaled,
        [nameof(Backend.ScaleInPlace)] = ScaleInPlace,
        [nameof(Backend.SumOfSquares)] = SumOfSquares,
        [nameof(Backend.IsFinite)] = IsFinite,
        [nameof(Backend.AdamWStep)] = AdamWStep,
        [nameof(Backend.Reduce)] = Reduce,
        [nameof(Backend.ReduceGradient)] = ReduceGradient,
        [nameof(Backend.MatMul)] = MatMul,
        [nameof(Backend.PackedCount)] = Pack,
        [nameof(Backend.Pack)] = Pack,
        [nameof(Backend.MatMulPacked)] = MatMulPacked,
        [nameof(Backend.Attention)] = Attention,
        [nameof(Backend.AttentionGradient)] = AttentionGradient,
        [nameof(Backend.Permute)] = Permute,
        [nameof(Backend.CopyAxis)] = CopyAxis,
        [nameof(Backend.GatherRows)] = GatherRows,
        [nameof(Backend.ScatterAddRows)] = ScatterAddRows,
        [nameof(Backend.Softmax)] = Softmax,
        [nameof(Backend.SoftmaxGradient)] = SoftmaxGradient,
        [nameof(Backend.LogSoftmax)] = LogSoftmax,
        [nameof(Backend.LogSoftmaxGradient)] = LogSoftmaxGradient,
        [nameof(Backend.LayerNorm)] = LayerNorm,
        [nameof(Backend.LayerNormGradient)] = LayerNormGradient,
        [nameof(Backend.RmsNorm)] = RmsNorm,
        [nameof(Backend.RmsNormGradient)] = RmsNormGradient,
        [nameof(Backend.GroupNorm)] = GroupNorm,
        [nameof(Backend.GroupNormGradient)] = GroupNormGradient,
        [nameof(Backend.BatchNorm)] = BatchNorm,
        [nameof(Backend.BatchNormGradient)] = BatchNormGradient,
        [nameof(Backend.GruGates)] = GruGates,
        [nameof(Backend.GruGatesGradient)] = GruGatesGradient,
        [nameof(Backend.NormalityStatistic)] = NormalityStatistic,
        [nameof(Backend.NormalityStatisticGradient)] = NormalityStatisticGradient,
        [nameof(Backend.Convolution2d)] = Convolution2d,
        [nameof(Backend.Convolution2dGradientInput)] = Convolution2dGradientInput,
        [nameof(Backend.Convolution2dGradientWeight)] = Convolution2dGradientWeight,
        [nameof(Backend.MaxPool2d)] = MaxPool2d,
        [nameof(Backend.MaxPool2dGradient)] = MaxPool2dGradient,
        [nameof(Backend.AveragePool2d)] = AveragePool2d,
        [nameof(Backend.AveragePool2dGradient)] = AveragePool2dGradient,
        [nameof(Backend.LogDeterminant)] = LogDeterminant,
        [nameof(Backend.Quantize)] = Quantize,
        [nameof(Backend.Dequantize)] = Dequantize,
        [nameof(Backend.MatMulInt8)] = MatMulInt8,
    };

    /// <summary>Runs the cases of one operation; returns a number that depends on every bit of its results.</summary>
    public ulong Run(string operation)
    {
        _sum = 14695981039346656037;
        _state = 99;
        Cases()[operation]();
        return _sum;
    }

    /// <summary>Reads the number next to a tensor's guarded side: this must not come back.</summary>
    public float TouchNeighbour()
    {
        Tensor tensor = Random(7);
        Note($"the number {(_side == GuardedSide.End ? "after" : "before")} a tensor");
        return _side == GuardedSide.End ? tensor.Pointer[7] : tensor.Pointer[-1];
    }

    /// <summary>Reads the note of a process that has ended.</summary>
    public static string ReadNote(string noteFile) => Encoding.UTF8.GetString(File.ReadAllBytes(noteFile)).TrimEnd('\0');

    public void Dispose()
    {
        _backend.Dispose();
        foreach (GuardedMemory place in _places)
            place.Dispose();
        _note.Dispose();
        _file.Dispose();
    }

    private GuardedScratch NewScratch()
    {
        GuardedScratch scratch = new();
        _scratch.Add(scratch);
        return scratch;
    }

    private void Note(string text)
    {
        byte[] bytes = new byte[NoteBytes];
        Encoding.UTF8.GetBytes(text, bytes);
        _note.WriteArray(0, bytes, 0, Math.Min(NoteBytes, text.Length + 200));
    }

    // One case: noted, run, summed up, and its places given back.
    private void Case(string what, Action<CpuBackend> run)
    {
        StringBuilder text = new(what);
        foreach (Tensor tensor in _used)
            text.Append(' ').Append(tensor.Shape.ToString());
        Note(text.ToString());
        run(_backend);
        foreach (GuardedScratch scratch in _scratch)
            scratch.Verify();
        foreach (Tensor tensor in _used)
        {
            bool hasNaN = false;
            foreach (float number in tensor.Span)
            {
                _sum = (_sum ^ BitConverter.SingleToUInt32Bits(number)) * 1099511628211;
                hasNaN |= float.IsNaN(number);
            }

            // Scratch memory is full of NaN before it is written; logarithms and roots may make their own.
            if (hasNaN && !what.StartsWith("Unary", StringComparison.Ordinal))
                throw new InvalidOperationException($"{text}: the tensor {tensor.Shape} has become NaN; scratch memory may have been read before it was written.");
        }

        _used.Clear();
        _placed = 0;
    }

    private int Next(int from, int to)
    {
        _state = (_state * 6364136223846793005UL) + 1442695040888963407UL;
        return from + (int)((_state >> 33) % (ulong)(to - from + 1));
    }

    private void* Place(long bytes) => _places[_placed++].Place(bytes, _side);

    private Tensor Random(params ReadOnlySpan<int> lengths) => RandomIn(-1, 1, lengths);

    private Tensor RandomIn(float low, float high, params ReadOnlySpan<int> lengths)
    {
        Shape shape = new(lengths);
        Tensor tensor = new(_arena, (float*)Place((long)shape.Count * sizeof(float)), _serial, shape);
        foreach (ref float number in tensor.Span)
        {
            _state = (_state * 6364136223846793005UL) + 1442695040888963407UL;
            number = low + ((high - low) * ((_state >> 40) / 16777216f));
        }

        _used.Add(tensor);
        return tensor;
    }

    private IntTensor Integers(int below, params ReadOnlySpan<int> lengths)
    {
        Shape shape = new(lengths);
        IntTensor tensor = new(_arena, (int*)Place((long)shape.Count * sizeof(int)), _serial, shape);
        foreach (ref int number in tensor.Span)
            number = Next(0, below - 1);
        return tensor;
    }

    // Present two times out of three.
    private Tensor Maybe(params ReadOnlySpan<int> lengths) => Next(0, 2) == 0 ? default : Random(lengths);
}
