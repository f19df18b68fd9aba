using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Tests.DataPlane;

/// <summary>A service whose request and answer are one number each; refuses negative ones, breaks on answers above 100.</summary>
internal sealed class FakeService : ITransformer
{
    public List<string> RequestIds { get; } = [];

    public ValueTask<InferRequest> PreprocessAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        RequestIds.Add(request.RequestId);
        var number = request.Read(NumberJson.Default.Number).Value;
        return number < 0
            ? throw new InvalidInputException("value should be 0 or more")
            : new(InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [number])));
    }

    public PredictResponse Postprocess(PredictRequest request, InferResponse response)
    {
        var value = response["y"].Values<float>()[0];
        return value > 100
            ? throw new InvalidOperationException("too large")
            : PredictResponse.Of(new Number(value), NumberJson.Default.Number);
    }
}

internal sealed record Number(float Value);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Number))]
internal sealed partial class NumberJson : JsonSerializerContext;
