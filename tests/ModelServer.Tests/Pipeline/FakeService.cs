using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Tests.Pipeline;

/// <summary>A service with one number in request and response; rejects negative numbers, fails on results above 100.</summary>
internal sealed class FakeService : Transformer<Number, ValueTuple>
{
    public List<string> RequestIds { get; } = [];

    public override Number Read(PredictRequest request)
    {
        RequestIds.Add(request.RequestId);
        var number = request.Read(NumberJson.Default.Number);
        return number.Value < 0 ? throw new InvalidInputException("value should be 0 or more") : number;
    }

    public override ValueTask<Preprocessed<ValueTuple>> PreprocessAsync(Number request, CancellationToken cancellationToken)
        => new(new Preprocessed<ValueTuple>(InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1), [request.Value])), default));

    public override PredictResponse Postprocess(ValueTuple state, InferResponse response)
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
