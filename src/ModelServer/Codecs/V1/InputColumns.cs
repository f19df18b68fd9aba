using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V1;

/// <summary>V1 <c>inputs</c>: whole tensors, by name or alone.</summary>
internal static class InputColumns
{
    public static List<InferInput> Read(ref Utf8JsonReader reader, ModelMetadata model)
    {
        var inputs = new List<InferInput>();
        try
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                inputs.Add(ReadTensor(ref reader, InstancesJson.SoleInput(model, "inputs")));
                return inputs;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonFields.ReadText(ref reader, "inputs");
                var declared = model.Inputs.FirstOrDefault(input => input.Name == name)
                    ?? throw new InvalidInputException($"unexpected inference input '{JsonFields.Shorten(name)}' for model '{model.Name}'");
                reader.Read();
                inputs.Add(ReadTensor(ref reader, declared));
            }
            return inputs;
        }
        catch
        {
            foreach (var input in inputs) input.Tensor.Dispose();
            throw;
        }
    }

    private static InferInput ReadTensor(ref Utf8JsonReader reader, TensorMetadata declared)
    {
        var name = $"input '{declared.Name}'";
        var shape = new NestedShape(name);
        using var builder = new TensorBuilder(declared.Datatype, 16);
        TensorJsonReader.Read(ref reader, declared.Datatype, builder, shape, name);
        return new InferInput(declared.Name, builder.Build(shape.Complete().FitTo(declared)));
    }
}
