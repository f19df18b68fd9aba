using System.Buffers.Binary;

namespace InferenceServices.Contracts.Tensors;

/// <summary>Enumerates the elements of a BYTES tensor: <c>foreach (var element in tensor.Elements)</c>.</summary>
public ref struct BytesElements
{
    private ReadOnlySpan<byte> _rest;

    internal BytesElements(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>Gets the current element, without its length prefix.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Returns this enumerator, for <c>foreach</c>.</summary>
    /// <returns>This value.</returns>
    public readonly BytesElements GetEnumerator() => this;

    /// <summary>Advances to the next element.</summary>
    /// <returns>False after the last element.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        Current = _rest.Slice(sizeof(int), length);
        _rest = _rest[(sizeof(int) + length)..];
        return true;
    }
}
