using System.Numerics.Tensors;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Services.MyService;

/// <summary>Classifies a row of features.</summary>
/// <remarks>The model has the input <c>x</c>, FP32 [-1,4], and the output <c>probabilities</c>, FP32 [-1, classes].</remarks>
[InferenceService("my-service", Summary = "Classifies a row of features.", Request = typeof(MyServiceRequest), Answer = typeof(MyServiceAnswer))]
internal sealed class MyServiceTransformer : Transformer<MyServiceRequest, ValueTuple>
{
    private readonly MyServiceRequestValidator _validator = new();

    public override MyServiceRequest Read(PredictRequest request)
    {
        var body = request.Read(MyServiceJson.Default.MyServiceRequest);
        var validation = _validator.Validate(body);
        return validation.IsValid ? body : throw new InvalidInputException(validation.Errors[0].ErrorMessage);
    }

    public override ValueTask<Preprocessed<ValueTuple>> PreprocessAsync(MyServiceRequest request, CancellationToken cancellationToken)
        => new(new Preprocessed<ValueTuple>(InferRequest.Of("x", MyServiceFeatures.From(request)), default));

    public override PredictResponse Postprocess(ValueTuple state, InferResponse response)
    {
        var probabilities = response["probabilities"].Values<float>();
        var best = TensorPrimitives.IndexOfMax(probabilities);
        return PredictResponse.Of(new MyServiceAnswer(best, probabilities[best]), MyServiceJson.Default.MyServiceAnswer);
    }
}
