using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Repository;

/// <summary>Creates a request from a model's signature: zeros and empty strings, each dynamic dimension of length one.</summary>
internal static class WarmUpRequest
{
    public static InferRequest For(IReadOnlyList<TensorMetadata> inputs)
        => new() { Inputs = [.. inputs.Select(input => new InferInput(input.Name, Zeros(input)))] };

    private static Tensor Zeros(TensorMetadata input)
    {
        var shape = new Shape([.. input.Shape.ToArray().Select(dim => dim == -1 ? 1 : dim)]);
        if (input.Datatype == Datatype.Bytes)
        {
            _ = shape.TryGetElementCount(out var count);
            using var strings = new TensorBuilder(input.Datatype, count);
            for (var i = 0; i < count; i++) strings.AppendBytes([]);
            return strings.Build(shape);
        }
        var tensor = Tensor.Rent(input.Datatype, shape);
        tensor.Memory.Span.Clear();
        return tensor;
    }
}
