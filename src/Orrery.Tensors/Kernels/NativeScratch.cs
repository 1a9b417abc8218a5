using System.Runtime.InteropServices;

namespace Orrery.Tensors.Kernels;

/// <summary>One piece of native memory that grows to the largest request and is kept. Its contents last until the next request.</summary>
internal unsafe class NativeScratch : IDisposable
{
    private float* _address;
    private long _floats;

    public virtual float* Take(long floats)
    {
        if (floats <= _floats)
            return _address;
        Dispose(disposing: true);
        _address = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), 64);
        _floats = floats;
        return _address;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_address);
        _address = null;
        _floats = 0;
    }
}
