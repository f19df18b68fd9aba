using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.V2;

/// <summary>The tensors behind the JSON part of a body, one after the other in the order of the JSON.</summary>
/// <param name="bytes">Everything behind the JSON.</param>
/// <param name="modelName">For refusals.</param>
/// <remarks>Binary tensor data extension; Triton's texts.</remarks>
internal ref struct BinaryTensors(ReadOnlySpan<byte> bytes, string modelName)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Takes the next tensor.</summary>
    /// <param name="name">Of the tensor, for refusals.</param>
    /// <param name="datatype">As its JSON says.</param>
    /// <param name="shape">As its JSON says.</param>
    /// <param name="size">Its <c>binary_data_size</c>.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Too few bytes are left, or they do not fit: 400.</exception>
    public Tensor Take(string name, Datatype datatype, Shape shape, int size)
    {
        if (size > _rest.Length)
            throw new InvalidInputException($"unexpected size for input '{name}', expecting {size - _rest.Length} additional bytes for model '{modelName}'");
        var tensor = RawTensor.Read(name, modelName, datatype, shape, _rest[..size]);
        _rest = _rest[size..];
        return tensor;
    }

    /// <summary>Passes when everything has been taken.</summary>
    /// <exception cref="InvalidInputException">Bytes are left over: 400.</exception>
    public readonly void ExpectEnd()
    {
        if (_rest.Length > 0) throw new InvalidInputException($"unexpected additional input data for model '{modelName}'");
    }
}
