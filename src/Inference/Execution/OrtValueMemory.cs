using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>An output's memory, in the runtime's arena, for as long as the tensor over it lives.</summary>
internal sealed unsafe class OrtValueMemory : MemoryManager<byte>
{
    private readonly byte* _address;
    private readonly int _length;
    private OrtValue? _value;

    public OrtValueMemory(OrtValue value)
    {
        _value = value;
        var bytes = value.GetTensorMutableRawData();
        // Native memory: it does not move, so its address may be kept.
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
