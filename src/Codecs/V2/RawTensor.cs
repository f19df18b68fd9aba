using System.Buffers.Binary;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.V2;

/// <summary>Validates bytes of a tensor.</summary>
/// <remarks>Binary tensor data extension; error messages of Triton where they exist.</remarks>
internal static class RawTensor
{
    /// <summary>Validates bytes and copies them into a tensor.</summary>
    /// <returns>A tensor, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The bytes do not match datatype and shape: 400.</exception>
    public static Tensor Read(string input, string modelName, Datatype datatype, Shape shape, ReadOnlySpan<byte> bytes)
    {
        Check(input, modelName, datatype, shape, bytes);
        return Tensor.Copy(datatype, shape, bytes);
    }

    /// <summary>Throws unless bytes are a tensor of a datatype and shape.</summary>
    /// <exception cref="InvalidInputException">The bytes do not match: 400.</exception>
    public static void Check(string input, string modelName, Datatype datatype, Shape shape, ReadOnlySpan<byte> bytes)
    {
        if (!shape.TryGetElementCount(out var count)) throw new InvalidInputException($"input '{input}': byte size overflow for input of shape {shape}");
        if (datatype == Datatype.Bytes)
        {
            CheckElements(input, count, bytes);
            return;
        }
        var expected = (long)count * datatype.SizeBytes();
        if (bytes.Length != expected)
            throw new InvalidInputException($"input byte size mismatch for input '{input}' for model '{modelName}'. Expected {expected}, got {bytes.Length}");
        // Graphs use the byte of a boolean unchanged, so values other than 0 and 1 are invalid.
        if (datatype == Datatype.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var index)
            throw new InvalidInputException($"input '{input}': BOOL element {index} should be 0 or 1, got {bytes[index]}");
    }

    private static void CheckElements(string input, int count, ReadOnlySpan<byte> bytes)
    {
        var got = 0;
        while (bytes.Length > 0)
        {
            if (bytes.Length < sizeof(uint))
                throw new InvalidInputException($"incomplete string length indicator for input '{input}', expecting 4 bytes but only {bytes.Length} are left");
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[sizeof(uint)..];
            if (length > bytes.Length)
                throw new InvalidInputException($"incomplete string data for input '{input}', expecting a string of {length} bytes but only {bytes.Length} are left");
            bytes = bytes[(int)length..];
            got++;
        }
        if (got != count) throw new InvalidInputException($"expected {count} string elements for input '{input}', got {got}");
    }
}
