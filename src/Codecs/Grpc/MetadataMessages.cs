using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>What a model is, as messages.</summary>
internal static class MetadataMessages
{
    public static ModelMetadataResponse MetadataOf(ModelMetadata model)
    {
        var message = new ModelMetadataResponse { Name = model.Name, Platform = model.Platform };
        message.Versions.Add(model.Versions);
        message.Inputs.Add(model.Inputs.Select(TensorOf));
        message.Outputs.Add(model.Outputs.Select(TensorOf));
        return message;
    }

    /// <summary>A model's configuration as Triton has it. Its shapes begin with the batch axis, where there is one: <c>max_batch_size</c> is 0.</summary>
    public static ModelConfig ConfigOf(ModelMetadata model)
    {
        var message = new ModelConfig
        {
            Name = model.Name,
            Platform = model.Platform,
            Backend = model.Platform == "onnxruntime_onnx" ? "onnxruntime" : "",
        };
        foreach (var input in model.Inputs)
            message.Input.Add(new ModelInput { Name = input.Name, DataType = DataTypeOf(input.Datatype), Dims = { input.Shape.ToArray() } });
        foreach (var output in model.Outputs)
            message.Output.Add(new ModelOutput { Name = output.Name, DataType = DataTypeOf(output.Datatype), Dims = { output.Shape.ToArray() } });
        return message;
    }

    private static ModelMetadataResponse.Types.TensorMetadata TensorOf(TensorMetadata tensor)
        => new() { Name = tensor.Name, Datatype = tensor.Datatype.ToWire(), Shape = { tensor.Shape.ToArray() } };

    private static DataType DataTypeOf(Datatype datatype) => datatype switch
    {
        Datatype.Bytes => DataType.TypeString,
        Datatype.Bf16 => DataType.TypeBf16,
        // The others stand in the protocol's order in both, behind TYPE_INVALID.
        _ => (DataType)((int)datatype + 1),
    };
}
