using System.Text.Json.Serialization;

namespace InferenceServices.Services.Revscoring;

/// <summary>The inputs in <c>model-settings.json</c>, with MLServer's names. Other keys are ignored.</summary>
/// <param name="Inputs">Inputs; null: not stated.</param>
internal sealed record ModelInputs(IReadOnlyList<ModelInput>? Inputs = null);

/// <summary>An input of the model.</summary>
/// <param name="Name">Name.</param>
/// <param name="Datatype">Datatype of the Open Inference Protocol, such as FP64.</param>
internal sealed record ModelInput(string? Name = null, string? Datatype = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowTrailingCommas = true)]
[JsonSerializable(typeof(ModelInputs))]
internal sealed partial class ModelInputsJson : JsonSerializerContext;
