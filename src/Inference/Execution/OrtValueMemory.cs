using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Memory of an output in the runtime's arena. Owns the output.</summary>
internal sealed unsafe class OrtValueMemory : MemoryManager<byte>
{
    // A run that waits for the memory of smaller outputs would gain nothing.
    private const int LargeBytes = 1 << 20;

    private readonly byte* _address;
    private readonly int _length;
    private readonly long? _user;
    private OrtValue? _value;

    public OrtValueMemory(OrtValue value)
    {
        _value = value;
        var bytes = value.GetTensorMutableRawData();
        // Native memory does not move, so the address stays valid.
        fixed (byte* address = bytes) _address = address;
        _length = bytes.Length;
        if (_length >= LargeBytes) _user = ArenaUsers.Shared.Add();
    }

    public override Span<byte> GetSpan() => new(_address, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _value, null) is not { } value) return;
        value.Dispose();
        if (_user is { } user) ArenaUsers.Shared.Remove(user);
    }
}
