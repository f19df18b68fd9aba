using System.Text.Json.Serialization;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(ExplanationAnswer))]
[JsonSerializable(typeof(double[][]))]
internal sealed partial class ExplainJson : JsonSerializerContext;
