using System.Text.Json.Serialization;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using Microsoft.Extensions.Options;

namespace Iris;

internal sealed record Flower(float[]? Measurements);

internal sealed record Species(string Name, float Probability);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Flower))]
[JsonSerializable(typeof(Species))]
internal sealed partial class IrisJson : JsonSerializerContext;

[InferenceService("iris", Summary = "Identifies the species of an iris.", Request = typeof(Flower), Answer = typeof(Species))]
internal sealed class IrisTransformer(IOptions<IrisOptions> options) : Transformer<Flower, Flower>
{
    private readonly string[] _species = options.Value.Species.Split(',');

    public override Flower Read(PredictRequest request)
    {
        var flower = request.Read(IrisJson.Default.Flower);
        return flower.Measurements is { Length: 4 } ? flower : throw new InvalidInputException("The input 'measurements' should have 4 numbers.");
    }

    public override ValueTask<Preprocessed<Flower>> PreprocessAsync(Flower request, CancellationToken cancellationToken)
    {
        var tensor = Tensor.Of<float>(Datatype.Fp32, new Shape(1, 4), request.Measurements);
        return new(new Preprocessed<Flower>(InferRequest.Of("x", tensor), request));
    }

    public override PredictResponse Postprocess(Flower state, InferResponse response)
    {
        var probabilities = response["probabilities"].Values<float>().ToArray();
        var best = Array.IndexOf(probabilities, probabilities.Max());
        return PredictResponse.Of(new Species(_species[best], probabilities[best]), IrisJson.Default.Species);
    }
}
