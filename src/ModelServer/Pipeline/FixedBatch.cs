using System.Buffers.Binary;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Runs the rows of a V1 request one by one on a model whose file fixes a batch of one row.</summary>
internal static class FixedBatch
{
    /// <summary>Returns whether a request has several rows and every input of the model has exactly one.</summary>
    public static bool Splits(ModelMetadata model, InferRequest request)
    {
        if (request.Inputs.Count == 0 || request.Inputs.Count != model.RequiredInputs.Count) return false;
        var rows = RowsOf(request.Inputs[0].Tensor);
        if (rows < 2) return false;
        foreach (var input in model.RequiredInputs)
            if (input.Shape.Rank == 0 || input.Shape[0] != 1) return false;
        return request.Inputs.All(input => RowsOf(input.Tensor) == rows);
    }

    /// <summary>Runs each row and concatenates the outputs.</summary>
    /// <exception cref="InvalidInputException">An output does not have one row, or rows of an output differ in shape: 400.</exception>
    public static async ValueTask<InferResponse> InferAsync(IPredictor predictor, string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        var responses = new List<InferResponse>();
        try
        {
            var positions = new int[request.Inputs.Count];
            var rows = RowsOf(request.Inputs[0].Tensor);
            for (var row = 0; row < rows; row++)
            {
                using var single = request with { Inputs = [.. request.Inputs.Select((input, index) => TakeRow(input, ref positions[index]))] };
                responses.Add(await predictor.InferAsync(modelName, modelVersion, single, cancellationToken));
            }
            return responses[0] with { Outputs = [.. responses[0].Outputs.Select((_, index) => Concat(responses, index))] };
        }
        finally
        {
            foreach (var response in responses) response.Dispose();
        }
    }

    private static InferInput TakeRow(InferInput input, ref int position)
    {
        var tensor = input.Tensor;
        var shape = new Shape([1, .. tensor.Shape.AsSpan()[1..]]);
        _ = shape.TryGetElementCount(out var count);
        var start = position;
        if (tensor.Datatype != Datatype.Bytes) position += count * tensor.Datatype.SizeBytes();
        else
            for (var i = 0; i < count; i++) position += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(tensor.Bytes[position..]);
        return new InferInput(input.Name, Tensor.Copy(tensor.Datatype, shape, tensor.Bytes[start..position]));
    }

    private static InferOutput Concat(List<InferResponse> responses, int index)
    {
        var first = responses[0].Outputs[index];
        var bytes = 0;
        foreach (var response in responses)
        {
            var tensor = response.Outputs[index].Tensor;
            if (tensor.Shape.Rank == 0 || tensor.Shape[0] != 1 || !tensor.Shape.Equals(first.Tensor.Shape))
            {
                throw new InvalidInputException(
                    $"output '{first.Name}' of model '{response.ModelName}' has shape {tensor.Shape} for one instance, so instances cannot be combined. Send one instance per request");
            }
            bytes = checked(bytes + tensor.Bytes.Length);
        }
        var whole = Tensor.Rent(first.Tensor.Datatype, new Shape([responses.Count, .. first.Tensor.Shape.AsSpan()[1..]]), bytes);
        var target = whole.Memory.Span;
        foreach (var response in responses)
        {
            var part = response.Outputs[index].Tensor.Bytes;
            part.CopyTo(target);
            target = target[part.Length..];
        }
        return new InferOutput(first.Name, whole);
    }

    private static long RowsOf(Tensor tensor) => tensor.Shape.Rank == 0 ? 0 : tensor.Shape[0];
}
