using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Codecs;

namespace InferenceServices.ModelServer.DataPlane;

/// <summary>A service over V2: its JSON bodies travel as the elements of one BYTES tensor, in and out.</summary>
/// <remarks>Lift Wing's outlink-topic-model has always spoken V2 this way.</remarks>
internal static class ServiceTensors
{
    /// <summary>A service has no versions of its own; this one may be named.</summary>
    public const string Version = "1";

    /// <summary>The name of the tensor of answers.</summary>
    public const string Output = "output";

    private static readonly Shape Free = new(-1);

    public static ModelMetadata Describe(string modelName)
        => new(modelName, [Version], "", [new TensorMetadata("input", Datatype.Bytes, Free)], [new TensorMetadata(Output, Datatype.Bytes, Free)]);

    /// <summary>Passes when no version is named, or the one there is.</summary>
    /// <exception cref="ModelNotFoundException">404.</exception>
    public static void CheckVersion(string modelName, string? modelVersion)
    {
        if (modelVersion is not (null or Version)) throw new ModelNotFoundException(modelName, modelVersion);
    }

    /// <summary>The one input, whatever its name.</summary>
    /// <exception cref="InvalidInputException">Not exactly one BYTES tensor: 400.</exception>
    public static Tensor SoleInput(InferRequest request)
    {
        if (request.Inputs.Count != 1)
            throw new InvalidInputException($"this service takes one BYTES input of JSON requests, got {request.Inputs.Count} inputs");
        var input = request.Inputs[0];
        return input.Tensor.Datatype == Datatype.Bytes
            ? input.Tensor
            : throw new InvalidInputException($"inference input '{input.Name}' data-type is '{input.Tensor.Datatype.ToWire()}', but a service expects 'BYTES'");
    }

    /// <summary>Passes when nothing is asked for but the one output, as it is.</summary>
    /// <exception cref="InvalidInputException">Another output, the same one twice, or its classes: 400, in the words a model has for it.</exception>
    public static void CheckOutputs(InferRequest request, string modelName)
    {
        if (request.Outputs is not { } outputs) return;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Name != Output) throw new InvalidInputException($"unexpected inference output '{outputs[i].Name}' for model '{modelName}'");
            if (i > 0) throw new InvalidInputException($"output '{Output}' already exists in request");
            if (outputs[i].Classification > 0)
                throw new InvalidInputException($"class result not available for output '{Output}' due to unsupported type '{Datatype.Bytes.ToWire()}'");
        }
    }

    /// <summary>Adds one answer to the output.</summary>
    public static void Append(TensorBuilder builder, PredictResponse response)
        => builder.AppendBytes(JsonBody.Write(response, static (writer, answer) => answer.WriteTo(writer)));
}
