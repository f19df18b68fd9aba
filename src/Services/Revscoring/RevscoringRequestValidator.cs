using System.Text.Json;
using FluentValidation;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Validates a request before any call to a wiki. Messages are those of Lift Wing where it has them.</summary>
internal sealed class RevscoringRequestValidator : AbstractValidator<RevscoringRequest>
{
    public RevscoringRequestValidator(RevscoringModel model)
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleLevelCascadeMode = CascadeMode.Stop;
        RuleFor(request => request.Event).Must(value => RequestField.IsAbsent(value) || value.ValueKind == JsonValueKind.Object).WithMessage("Expected \"event\" to be an object.");
        When(request => RequestField.IsAbsent(request.Event), () => RuleFor(request => request.RevId)
            .Must(value => !RequestField.IsAbsent(value)).WithMessage("Expected \"rev_id\" in input data.")
            .Must(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)).WithMessage("Expected \"rev_id\" to be an integer."));
        RuleFor(request => request.ExtendedOutput)
            .Must(value => RequestField.TryReadFlag(value, out _))
            .WithMessage((_, value) => $"Expected \"extended_output\" to be true or false, got {RequestField.Quote(value.GetRawText())}.");
        RuleFor(request => request.Features)
            .Must(value => RequestField.IsAbsent(value) || value.ValueKind == JsonValueKind.Object).WithMessage("Expected \"features\" to be an object of values by feature name.");
        When(request => request.Features.ValueKind == JsonValueKind.Object, () => RuleForEach(request => request.Features.EnumerateObject())
            .Must(given => model.FindFeature(given.Name) is not null).WithMessage((_, given) => $"Expected \"features\" to have names of features, got \"{RequestField.Quote(given.Name)}\".").OverridePropertyName("features")
            .Must(given => FeatureJson.TryRead(model.FindFeature(given.Name)!, given.Value, out _))
            .WithMessage((_, given) => $"Expected \"features.{given.Name}\" to be {FeatureJson.Describe(model.FindFeature(given.Name)!.Type)}, got {RequestField.Quote(given.Value.GetRawText())}."));
    }
}
