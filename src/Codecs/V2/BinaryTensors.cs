using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.V2;

/// <summary>Reads the binary tensors after the JSON part of a body, in the order of the JSON.</summary>
/// <param name="bytes">The bytes after the JSON.</param>
/// <param name="modelName">Name of the model for error messages.</param>
/// <remarks>Binary tensor data extension; error messages of Triton.</remarks>
internal ref struct BinaryTensors(ReadOnlySpan<byte> bytes, string modelName)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Reads the next tensor.</summary>
    /// <param name="name">Name of the tensor for error messages.</param>
    /// <param name="datatype">Datatype in the JSON.</param>
    /// <param name="shape">Shape in the JSON.</param>
    /// <param name="size">Value of <c>binary_data_size</c>.</param>
    /// <returns>A tensor, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">Too few bytes remain, or they do not match datatype and shape: 400.</exception>
    public Tensor Take(string name, Datatype datatype, Shape shape, int size)
    {
        if (size > _rest.Length)
            throw new InvalidInputException($"unexpected size for input '{name}', expecting {size - _rest.Length} additional bytes for model '{modelName}'");
        var tensor = RawTensor.Read(name, modelName, datatype, shape, _rest[..size]);
        _rest = _rest[size..];
        return tensor;
    }

    /// <summary>Throws unless all bytes have been read.</summary>
    /// <exception cref="InvalidInputException">Bytes remain: 400.</exception>
    public readonly void ExpectEnd()
    {
        if (_rest.Length > 0) throw new InvalidInputException($"unexpected additional input data for model '{modelName}'");
    }
}
