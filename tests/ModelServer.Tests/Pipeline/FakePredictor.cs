using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Tests.Pipeline;

/// <summary>A predictor that doubles <c>x</c> and records every tensor.</summary>
internal sealed class FakePredictor : IPredictor
{
    public List<InferRequest> Requests { get; } = [];

    public List<Tensor> Inputs { get; } = [];

    public List<InferResponse> Responses { get; } = [];

    public Exception? Failure { get; init; }

    public bool IsReady { get; set; } = true;

    public IReadOnlyList<string> ModelNames => ["doubler"];

    public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => new(new ModelMetadata(
            modelName, ["1"], "onnxruntime_onnx", [new TensorMetadata("x", Datatype.Fp32, new Shape(-1))], [new TensorMetadata("y", Datatype.Fp32, new Shape(-1))]));

    public ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => modelVersion is null or "1" ? new(IsReady) : throw new ModelNotFoundException(modelName, modelVersion);

    public ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        var x = request.Inputs[0].Tensor;
        Inputs.Add(x);
        if (Failure is not null) return ValueTask.FromException<InferResponse>(Failure);
        var doubled = x.Values<float>().ToArray().Select(value => 2 * value).ToArray();
        var response = new InferResponse
        {
            ModelName = modelName,
            ModelVersion = modelVersion ?? "1",
            Id = request.Id,
            Outputs = [new InferOutput("y", Tensor.Of<float>(Datatype.Fp32, x.Shape, doubled))],
        };
        Responses.Add(response);
        return new(response);
    }
}
