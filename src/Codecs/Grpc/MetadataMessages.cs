using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Converts metadata and configuration of models to protobuf messages.</summary>
internal static class MetadataMessages
{
    /// <summary>Converts the metadata of a model.</summary>
    public static ModelMetadataResponse MetadataOf(ModelMetadata model)
    {
        var message = new ModelMetadataResponse { Name = model.Name, Platform = model.Platform };
        message.Versions.Add(model.Versions);
        message.Inputs.Add(model.Inputs.Select(TensorOf));
        message.Outputs.Add(model.Outputs.Select(TensorOf));
        return message;
    }

    /// <summary>Converts the configuration of a model.</summary>
    public static ModelConfig ConfigOf(ModelConfiguration model)
    {
        var message = new ModelConfig
        {
            Name = model.Name,
            Platform = model.Platform,
            Backend = model.Backend,
            VersionPolicy = PolicyOf(model),
            DefaultModelFilename = model.DefaultModelFileName,
            InstanceGroup = { new ModelInstanceGroup { Name = model.Name, Kind = ModelInstanceGroup.Types.Kind.Cpu, Count = 1 } },
        };
        foreach (var input in model.Inputs)
            message.Input.Add(new ModelInput { Name = input.Name, DataType = DataTypeOf(input.Datatype), Dims = { input.Shape.ToArray() }, Optional = input.IsOptional });
        foreach (var output in model.Outputs)
            message.Output.Add(new ModelOutput { Name = output.Name, DataType = DataTypeOf(output.Datatype), Dims = { output.Shape.ToArray() } });
        return message;
    }

    private static ModelVersionPolicy PolicyOf(ModelConfiguration model)
        => model.LatestVersions is { } latest ? new() { Latest = new() { NumVersions = latest } }
            : model.SpecificVersions is { } versions ? new() { Specific = new() { Versions = { versions } } }
            : new() { All = new() };

    private static ModelMetadataResponse.Types.TensorMetadata TensorOf(TensorMetadata tensor)
        => new() { Name = tensor.Name, Datatype = tensor.Datatype.ToWire(), Shape = { tensor.Shape.ToArray() } };

    private static DataType DataTypeOf(Datatype datatype) => datatype switch
    {
        Datatype.Bytes => DataType.TypeString,
        Datatype.Bf16 => DataType.TypeBf16,
        // The other datatypes have the same order in both enums, after TYPE_INVALID.
        _ => (DataType)((int)datatype + 1),
    };
}
