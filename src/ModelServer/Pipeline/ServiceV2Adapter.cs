using System.Buffers.Binary;
using InferenceServices.Codecs;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Serves a V1 handler over V2: each element of one BYTES tensor is a V1 body, and each element of the output is its response.</summary>
/// <remarks>Lift Wing's outlink-topic-model speaks V2 this way.</remarks>
internal sealed class ServiceV2Adapter(IV1Handler handler) : IV2Handler
{
    /// <summary>The one version of a service.</summary>
    public const string Version = "1";

    private const string Output = "output";

    // Each element is a request of its own: this bounds the work of one request.
    private const int MaxElements = 1_024;

    private static readonly Shape FreeAxis = new(-1);

    /// <summary>Returns the V2 metadata of a service.</summary>
    public static ModelMetadata Describe(string modelName)
        => new(modelName, [Version], "", [new TensorMetadata("input", Datatype.Bytes, FreeAxis)], [new TensorMetadata(Output, Datatype.Bytes, FreeAxis)]);

    /// <summary>Accepts no version, or the one version of a service.</summary>
    /// <exception cref="ModelNotFoundException">Any other version: 404.</exception>
    public static void CheckVersion(string modelName, string? modelVersion)
    {
        if (modelVersion is not (null or Version)) throw new ModelNotFoundException(modelName, modelVersion);
    }

    public async ValueTask<InferResponse> InferAsync(
        CatalogEntry model, string? modelVersion, InferRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        CheckVersion(model.Name, modelVersion);
        CheckOutputs(request, model.Name);
        var input = SoleInput(request);
        if (!input.Shape.TryGetElementCount(out var elements) || elements > MaxElements)
            throw new InvalidInputException($"a service takes at most {MaxElements} elements in one request, got shape {input.Shape}");
        using var responses = new TensorBuilder(Datatype.Bytes, 64);
        var bodies = input.Memory;
        while (bodies.Length > 0)
        {
            var length = sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(bodies.Span);
            var body = new PredictRequest(model.PredictorModel, bodies[sizeof(int)..length], record.RequestId);
            using var response = await handler.PredictAsync(body, record, cancellationToken);
            responses.AppendBytes(JsonBuffer.Write(response, static (writer, value) => value.WriteTo(writer)));
            bodies = bodies[length..];
        }
        return new InferResponse
        {
            ModelName = model.Name,
            ModelVersion = Version,
            Id = request.Id,
            Outputs = [new InferOutput(Output, responses.Build(input.Shape))],
        };
    }

    private static Tensor SoleInput(InferRequest request)
    {
        if (request.Inputs.Count != 1)
            throw new InvalidInputException($"this service takes one BYTES input of JSON requests, got {request.Inputs.Count} inputs");
        var input = request.Inputs[0];
        return input.Tensor.Datatype == Datatype.Bytes
            ? input.Tensor
            : throw new InvalidInputException($"inference input '{input.Name}' data-type is '{input.Tensor.Datatype.ToWire()}', but a service expects 'BYTES'");
    }

    // Same error texts as for a model.
    private static void CheckOutputs(InferRequest request, string modelName)
    {
        if (request.Outputs is not { } outputs) return;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Name != Output) throw new InvalidInputException($"unexpected inference output '{outputs[i].Name}' for model '{modelName}'. Expected '{Output}'");
            if (i > 0) throw new InvalidInputException($"output '{Output}' already exists in request");
            if (outputs[i].Classification > 0)
                throw new InvalidInputException($"class result not available for output '{Output}' due to unsupported type '{Datatype.Bytes.ToWire()}'");
        }
    }
}
