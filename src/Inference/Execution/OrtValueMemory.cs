using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Memory of an output in the runtime's arena. Owns the output.</summary>
internal sealed unsafe class OrtValueMemory : MemoryManager<byte>
{
    private readonly byte* _address;
    private readonly int _length;
    private OrtValue? _value;

    public OrtValueMemory(OrtValue value)
    {
        _value = value;
        var bytes = value.GetTensorMutableRawData();
        // Native memory does not move, so the address stays valid.
        fixed (byte* address = bytes) _address = address;
        _length = bytes.Length;
    }

    public override Span<byte> GetSpan() => new(_address, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => Interlocked.Exchange(ref _value, null)?.Dispose();
}
