using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orrery.Benchmarks.SideBySide.Measuring;
using Orrery.Tensors;
using Orrery.Tensors.Serialization;

namespace Orrery.Benchmarks.SideBySide.Peers;

/// <summary>
/// PyTorch in a process of its own with a number of threads, spoken to by lines of JSON: make a case, run it, time it, hand over
/// its results. Between two commands it sleeps on its input, so that it takes nothing from whoever is timed then.
/// </summary>
internal sealed class PyTorch : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private PyTorch(Process process, string folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>The version and what it computes with, for people.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Starts it, or says why it cannot be had.</summary>
    public static PyTorch? Start(int threads, out string? reason)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peer", "peer.py");
        ProcessStartInfo start = new(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", [script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Its best settings: two pools that spin on two processors fight each other, and vectors as wide as ours.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["OPENBLAS_CORETYPE"] = OpenBlas.Core;
        start.Environment["ATEN_CPU_CAPABILITY"] = FmaPeak.Bits == 512 ? "avx512" : "avx2";
        start.Environment["ONEDNN_MAX_CPU_ISA"] = FmaPeak.Bits == 512 ? "ALL" : "AVX2";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            PyTorch peer = new(Process.Start(start)!, Directory.CreateTempSubdirectory("orrery-peer-").FullName);
            string? hello = peer._process.StandardOutput.ReadLine();
            if (hello is null)
            {
                peer.Dispose();
                reason = "python3 has no torch (Debian: apt install python3-torch)";
                return null;
            }

            peer.Description = hello;
            reason = null;
            return peer;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            reason = $"python3 does not start: {exception.Message}";
            return null;
        }
    }

    /// <summary>Makes a case from the same numbers that ours works on.</summary>
    public void Make(string kind, IReadOnlyDictionary<string, object> parameters, IReadOnlyDictionary<string, Tensor> inputs)
    {
        Dictionary<string, string> files = [];
        foreach ((string name, Tensor tensor) in inputs)
        {
            files[name] = Path.Combine(_folder, $"{files.Count}.npy");
            long[] dimensions = new long[tensor.Shape.Rank];
            for (int axis = 0; axis < dimensions.Length; axis++)
                dimensions[axis] = tensor.Shape[axis];
            Npy.Write<float>(files[name], tensor.Span, dimensions);
        }

        Ask(new Dictionary<string, object> { ["do"] = "make", ["kind"] = kind, ["parameters"] = parameters, ["files"] = files });
    }

    /// <summary>Does the work once and hands over its results.</summary>
    public IReadOnlyDictionary<string, float[]> Outputs()
    {
        JsonElement answer = Ask(new Dictionary<string, object> { ["do"] = "outputs", ["folder"] = _folder });
        Dictionary<string, float[]> outputs = [];
        foreach (JsonProperty output in answer.GetProperty("files").EnumerateObject())
            outputs[output.Name] = Npy.Read(output.Value.GetString()!).Values<float>().ToArray();
        return outputs;
    }

    /// <summary>Seconds per call, over as many calls as fill the time asked for.</summary>
    public double Time(double seconds) =>
        Ask(new Dictionary<string, object> { ["do"] = "time", ["seconds"] = seconds }).GetProperty("seconds").GetDouble();

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JsonElement Ask(Dictionary<string, object> question)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"PyTorch ended while it was asked to {question["do"]} (see its message above).");
        return JsonDocument.Parse(line).RootElement;
    }
}
