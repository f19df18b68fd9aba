using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Reads a body without JSON: the bytes of a model's only input. The response is binary too.</summary>
/// <remarks>Binary tensor data extension, "Raw Binary Request".</remarks>
internal static class RawRequest
{
    /// <summary>Creates a request from a body.</summary>
    /// <returns>The request, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The model's inputs do not determine the tensor, or the bytes do not match it: 400.</exception>
    public static InferRequest Read(ModelMetadata model, ReadOnlySpan<byte> body)
    {
        if (model.RequiredInputs is not [var input])
            throw new InvalidInputException($"a raw binary request needs a model with one input, but model '{model.Name}' has {model.RequiredInputs.Count}");
        return new InferRequest
        {
            Inputs = [new InferInput(input.Name, input.Datatype == Datatype.Bytes ? OneElement(model, input, body) : Numbers(model, input, body))],
            BinaryDataOutput = true,
        };
    }

    private static Tensor OneElement(ModelMetadata model, TensorMetadata input, ReadOnlySpan<byte> body)
    {
        var shape = Ones(input.Shape);
        if (!shape.TryGetElementCount(out var count) || count != 1)
            throw new InvalidInputException($"a raw binary request is one BYTES element, but input '{input.Name}' of model '{model.Name}' has shape {input.Shape}");
        using var builder = new TensorBuilder(Datatype.Bytes, 1 + (body.Length / sizeof(int)));
        builder.AppendBytes(body);
        return builder.Build(shape);
    }

    private static Tensor Numbers(ModelMetadata model, TensorMetadata input, ReadOnlySpan<byte> body)
    {
        var dims = input.Shape.ToArray();
        if (dims.Count(dim => dim == -1) > 1)
        {
            throw new InvalidInputException(
                $"a raw binary request cannot tell the shape of input '{input.Name}' of model '{model.Name}': {input.Shape} has more than one free axis");
        }
        _ = Ones(input.Shape).TryGetElementCount(out var count);
        var rowBytes = (long)count * input.Datatype.SizeBytes();
        var rows = rowBytes == 0 ? 0 : body.Length / rowBytes;
        // The validation of the tensor rejects a remainder, and surplus bytes for a shape without a dynamic axis.
        return RawTensor.Read(input.Name, model.Name, input.Datatype, new Shape([.. dims.Select(dim => dim == -1 ? rows : dim)]), body);
    }

    private static Shape Ones(Shape shape) => new([.. shape.ToArray().Select(dim => dim == -1 ? 1 : dim)]);
}
