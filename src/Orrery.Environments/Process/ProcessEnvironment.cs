using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Process;

/// <summary>
/// A process that can be stepped: its equations, integrated from one sampling instant to the next under held inputs, with noise on what is
/// measured. Commands outside their range are cut off at it, as a valve does. Disturbances are in the action space, marked as such: the
/// environment generates them itself, does not read them from an action, and tells them by <see cref="ReadInputs"/> once they have acted.
/// </summary>
public sealed class ProcessEnvironment : IEnvironment
{
    /// <summary>Steps after which an episode is truncated.</summary>
    public const int StepLimit = 2000;

    private const uint SavedMark = 0x31435250; // "PRC1"

    private readonly double _noise;
    private readonly RandomStream _measuring;
    private readonly RandomStream _disturbing;
    private readonly double[] _state;
    private readonly double[] _inputs;
    private readonly double[] _memory;
    private readonly double[] _coming;
    private readonly double[] _measured;
    private readonly uint _mark;
    private int _steps;

    /// <summary>Creates the environment, reset with seed 0.</summary>
    /// <param name="equations">The physics.</param>
    /// <param name="noise">What the sensors' noise is multiplied by; 0 for none.</param>
    public ProcessEnvironment(ProcessEquations equations, double noise = 1)
    {
        ArgumentNullException.ThrowIfNull(equations);
        if (!(noise >= 0 && double.IsFinite(noise)))
            throw new ArgumentOutOfRangeException(nameof(noise), $"ProcessEnvironment: a noise of {noise} came; it must be finite and not negative.");
        Equations = equations;
        _noise = noise;
        _measuring = new RandomStream(0, "process noise");
        _disturbing = new RandomStream(0, "process disturbances");
        _state = new double[equations.States.Count];
        _inputs = new double[equations.Inputs.Count];
        _memory = new double[equations.DisturbanceMemory];
        _coming = new double[equations.Inputs.Count - equations.Commands];
        _measured = new double[equations.Outputs.Count];
        _mark = Encoding.UTF8.GetBytes(equations.Name).Aggregate(SavedMark, (mark, letter) => (mark * 31) + letter);
        var loop = equations.Loop;
        var held = equations.Outputs[loop.Output].Dimension;
        Specification = new EnvironmentSpecification(
            equations.Name,
            equations.Description,
            new VectorSpace("measurements", [.. equations.Outputs.Select(output => output.Dimension)]),
            new VectorSpace("inputs", [.. equations.Inputs.Select(input => input.Dimension)]),
            new VectorSpace("state", [.. equations.States.Select(state => state.Dimension)]),
            equations.SamplingTime,
            equations.TimeUnit,
            StepLimit,
            string.Create(CultureInfo.InvariantCulture, $"Judged by how far {held.Name} is from set-points between {loop.SetPointLow} and {loop.SetPointHigh} {held.Unit}").TrimEnd() + ".");
        Reset(0);
    }

    /// <summary>The physics.</summary>
    public ProcessEquations Equations { get; }

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    /// <summary>Starts near the nominal operating point, with the nominal commands in force.</summary>
    public void Reset(ulong seed)
    {
        _measuring.State = RandomState.Create(seed, "process noise");
        _disturbing.State = RandomState.Create(seed, "process disturbances");
        _steps = 0;
        var random = new RandomStream(seed, "process start");
        for (var i = 0; i < _state.Length; i++)
        {
            var state = Equations.States[i];
            _state[i] = Math.Clamp(state.Nominal + (state.Spread * random.NextNormal()), state.Dimension.Low, state.Dimension.High);
        }

        for (var i = 0; i < _inputs.Length; i++)
            _inputs[i] = Equations.Inputs[i].Nominal;
        Array.Clear(_memory);
        _inputs.AsSpan(Equations.Commands).CopyTo(_coming);
        Equations.Disturb(_disturbing, 0, _memory, _coming);
        _coming.CopyTo(_inputs, Equations.Commands);
        Measure();
    }

    /// <summary>Holds the commands for one sampling time.</summary>
    /// <param name="action">[A] in physical units. Where the space marks a disturbance, the number is not read.</param>
    public StepResult Step(ReadOnlySpan<float> action)
    {
        if (action.Length != _inputs.Length)
            throw new ArgumentException($"{Equations.Name}: an action of {action.Length} numbers came; {_inputs.Length} ({Names(Specification.Action)}) were needed.", nameof(action));
        for (var i = 0; i < Equations.Commands; i++)
        {
            var dimension = Equations.Inputs[i].Dimension;
            if (!float.IsFinite(action[i]))
                throw new ArgumentException($"{Equations.Name}: the action's {dimension.Name} is {action[i]}; it must be a finite number.", nameof(action));
            _inputs[i] = Math.Clamp(action[i], dimension.Low, dimension.High);
        }

        _coming.CopyTo(_inputs, Equations.Commands);
        Equations.Advance(_state, _inputs);
        _steps++;
        Equations.Disturb(_disturbing, _steps, _memory, _coming);
        Measure();
        return new StepResult(0, Equations.IsTripped(_state), _steps >= StepLimit);
    }

    /// <summary>Reads the inputs that were in force up to now: the commands as cut off at their ranges, and the disturbances.</summary>
    /// <param name="inputs">Receives [A] in physical units.</param>
    public void ReadInputs(Span<float> inputs)
    {
        CheckLength(inputs.Length, _inputs.Length, Specification.Action);
        Narrow(_inputs, inputs);
    }

    /// <summary>There is no picture.</summary>
    public void Observe(Span<byte> pixels) =>
        throw new InvalidOperationException($"{Equations.Name}: it is measured, not seen; pass {_measured.Length} floats instead of bytes.");

    /// <inheritdoc/>
    public void Observe(Span<float> vector)
    {
        CheckLength(vector.Length, _measured.Length, (VectorSpace)Specification.Observation);
        Narrow(_measured, vector);
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        CheckLength(state.Length, _state.Length, Specification.State);
        Narrow(_state, state);
    }

    /// <summary>Puts the process into a state and measures it anew; step counter, inputs and disturbances stay as they are.</summary>
    public void WriteState(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length, _state.Length, Specification.State);
        for (var i = 0; i < state.Length; i++)
        {
            var dimension = Equations.States[i].Dimension;
            if (!(state[i] >= dimension.Low && state[i] <= dimension.High))
                throw new ArgumentException($"{Equations.Name}: {dimension.Name} cannot be {state[i]}; it lies between {dimension.Low} and {dimension.High} {dimension.Unit}".TrimEnd() + ".", nameof(state));
        }

        for (var i = 0; i < state.Length; i++)
            _state[i] = state[i];
        Measure();
    }

    /// <inheritdoc/>
    public byte[] Save()
    {
        var saved = new byte[SavedSize];
        var rest = saved.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(rest, _mark);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], _steps);
        rest = rest[8..];
        foreach (var stream in (RandomStream[])[_measuring, _disturbing])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, stream.State.Key);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], stream.State.Position);
            rest = rest[16..];
        }

        foreach (var numbers in Numbers)
        {
            foreach (var number in numbers)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(rest, number);
                rest = rest[8..];
            }
        }

        return saved;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        if (saved.Length != SavedSize || BinaryPrimitives.ReadUInt32LittleEndian(saved) != _mark)
            throw new ArgumentException($"{Equations.Name}: {saved.Length} bytes came that its Save did not write; {SavedSize} bytes of it were needed.", nameof(saved));
        _steps = BinaryPrimitives.ReadInt32LittleEndian(saved[4..]);
        var rest = saved[8..];
        foreach (var stream in (RandomStream[])[_measuring, _disturbing])
        {
            stream.State = new RandomState(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            rest = rest[16..];
        }

        foreach (var numbers in Numbers)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(rest);
                rest = rest[8..];
            }
        }
    }

    /// <summary>Draws a gauge for each input and each measurement, filled as far as it stands in its range.</summary>
    public void Render(Span<byte> rgb, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
            throw new ArgumentException($"{Equations.Name}: {rgb.Length} bytes came; {width} x {height} x 3 were needed.", nameof(rgb));
        GaugePainter.Draw(
            rgb, width, height,
            [.. _inputs.Select((value, i) => Share(Equations.Inputs[i].Dimension, value))],
            [.. _measured.Select((value, i) => Share(Equations.Outputs[i].Dimension, value))]);
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private double[][] Numbers => [_state, _inputs, _memory, _coming, _measured];

    private int SavedSize => 8 + (2 * 16) + (8 * Numbers.Sum(numbers => numbers.Length));

    private void Measure()
    {
        Equations.Measure(_state, _measured);
        for (var i = 0; i < _measured.Length; i++)
        {
            var (dimension, deviation) = Equations.Outputs[i];
            _measured[i] = Math.Clamp(_measured[i] + (_noise * deviation * _measuring.NextNormal()), dimension.Low, dimension.High);
        }
    }

    private void CheckLength(int length, int needed, VectorSpace space)
    {
        if (length != needed)
            throw new ArgumentException($"{Equations.Name}: {length} numbers came for the {space.Name}; {needed} ({Names(space)}) were needed.");
    }

    private static string Names(VectorSpace space) => string.Join(", ", space.Dimensions.Select(dimension => dimension.Name));

    private static double Share(Dimension dimension, double value) => (value - dimension.Low) / (dimension.High - dimension.Low);

    private static void Narrow(ReadOnlySpan<double> wide, Span<float> narrow)
    {
        for (var i = 0; i < wide.Length; i++)
            narrow[i] = (float)wide[i];
    }
}
