using System.Text.Json.Serialization;
using InferenceServices.Explainer.Answers;
using InferenceServices.Explainer.Requests;

namespace InferenceServices.Explainer;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(ExplanationAnswer))]
[JsonSerializable(typeof(double[][]))]
internal sealed partial class ExplainJson : JsonSerializerContext;
