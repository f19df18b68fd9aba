using System.Text.Json;
using FluentValidation;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>What a request must be before any wiki is asked, with Lift Wing's texts where it has one.</summary>
internal sealed class RevscoringRequestValidator : AbstractValidator<RevscoringRequest>
{
    // As much of a caller's text as a sentence bears.
    private const int MaxQuoted = 100;

    public RevscoringRequestValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleLevelCascadeMode = CascadeMode.Stop;
        RuleFor(request => request.Event).Must(value => IsAbsent(value) || value.ValueKind == JsonValueKind.Object).WithMessage("Expected \"event\" to be an object.");
        When(request => IsAbsent(request.Event), () => RuleFor(request => request.RevId)
            .Must(value => !IsAbsent(value)).WithMessage("Expected \"rev_id\" in input data.")
            .Must(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)).WithMessage("Expected \"rev_id\" to be an integer."));
        RuleFor(request => request.ExtendedOutput)
            .Must(value => IsAbsent(value) || value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            .WithMessage((_, value) => $"Expected \"extended_output\" to be true or false, got {Quote(value.GetRawText())}.");
        RuleFor(request => request.Features)
            .Must(value => IsAbsent(value) || value.ValueKind == JsonValueKind.Object).WithMessage("Expected \"features\" to be an object of values by feature name.");
        When(request => request.Features.ValueKind == JsonValueKind.Object, () => RuleForEach(request => request.Features.EnumerateObject())
            .Must(given => FeatureList.Find(given.Name) is not null).WithMessage((_, given) => $"Expected \"features\" to have names of features, got \"{Quote(given.Name)}\".").OverridePropertyName("features")
            .Must(given => FeatureJson.TryRead(FeatureList.Find(given.Name)!, given.Value, out _))
            .WithMessage((_, given) => $"Expected \"features.{given.Name}\" to be {FeatureJson.Describe(FeatureList.Find(given.Name)!.Type)}, got {Quote(given.Value.GetRawText())}."));
    }

    /// <summary>Whether a field is not there, or null.</summary>
    public static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    private static string Quote(string text) => text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
}
