using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.MyService;

/// <summary>The most likely class.</summary>
/// <param name="Label">Index of the class.</param>
/// <param name="Probability">Probability of the class, 0 to 1.</param>
internal sealed record MyServiceAnswer(int Label, float Probability) : IExample<MyServiceAnswer>
{
    /// <inheritdoc/>
    public static MyServiceAnswer Example { get; } = new(1, 0.9939016f);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MyServiceRequest))]
[JsonSerializable(typeof(MyServiceAnswer))]
internal sealed partial class MyServiceJson : JsonSerializerContext;
