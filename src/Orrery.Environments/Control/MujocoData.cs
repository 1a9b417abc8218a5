using System.Runtime.InteropServices;

namespace Orrery.Environments.Control;

/// <summary>One simulation's numbers. One thread at a time.</summary>
internal sealed unsafe class MujocoData : SafeHandle
{
    /// <summary>Makes one, at the model's own start.</summary>
    public MujocoData(MujocoModel model)
        : base(0, ownsHandle: true) => SetHandle(Mujoco.MakeData(model));

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Simulated time, s.</summary>
    public double Time
    {
        get
        {
            var time = *(double*)(handle + MujocoLayout.DataTime);
            GC.KeepAlive(this);
            return time;
        }

        set
        {
            *(double*)(handle + MujocoLayout.DataTime) = value;
            GC.KeepAlive(this);
        }
    }

    /// <summary>Reads the first numbers of an array.</summary>
    /// <param name="offset">Where the struct keeps the array's address: one of <see cref="MujocoLayout"/>.</param>
    /// <param name="values">Not longer than the array.</param>
    public void Read(int offset, Span<double> values)
    {
        new ReadOnlySpan<double>(*(double**)(handle + offset), values.Length).CopyTo(values);
        GC.KeepAlive(this);
    }

    /// <summary>Writes the first numbers of an array.</summary>
    /// <inheritdoc cref="Read"/>
    public void Write(int offset, ReadOnlySpan<double> values)
    {
        values.CopyTo(new Span<double>(*(double**)(handle + offset), values.Length));
        GC.KeepAlive(this);
    }

    /// <summary>How often a warning was raised since the last reset.</summary>
    /// <param name="kind">Index of <see cref="Mujoco.Warnings"/>.</param>
    public int WarningCount(int kind)
    {
        var number = *(int*)(handle + MujocoLayout.DataWarnings + (kind * MujocoLayout.WarningSize) + MujocoLayout.WarningNumber);
        GC.KeepAlive(this);
        return number;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Mujoco.DeleteData(handle);
        return true;
    }
}
