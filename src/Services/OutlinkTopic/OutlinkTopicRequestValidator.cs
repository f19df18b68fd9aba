using System.Text.Json;
using FluentValidation;
using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Validates a request before any call to a wiki. Order and messages are those of Lift Wing where it has them.</summary>
internal sealed class OutlinkTopicRequestValidator : AbstractValidator<OutlinkTopicRequest>
{
    public OutlinkTopicRequestValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleLevelCascadeMode = CascadeMode.Stop;
        RuleFor(request => request.Event).Must(value => RequestField.IsAbsent(value) || value.ValueKind == JsonValueKind.Object).WithMessage("Expected \"event\" to be an object.");
        When(request => RequestField.IsAbsent(request.Event), () =>
        {
            AddWikiRules();
            AddPageRules();
        });
        RuleFor(request => request.Threshold)
            .Must(value => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Number).WithMessage("Expected \"threshold\" to be a float")
            .Must(value => value.ValueKind == JsonValueKind.Undefined || value.GetDouble() is >= 0 and <= 1)
            .WithMessage((_, value) => $"Expected \"threshold\" to be from 0 to 1, got {value.GetRawText()}.");
        RuleFor(request => request.RevisionId).Must(value => RequestField.TryReadInteger(value, out var number) && number >= 0).WithMessage("Expected \"revision_id\" to be a integer.");
        RuleFor(request => request.FeaturesStr).Must(value => RequestField.IsAbsent(value) || IsString(value)).WithMessage("Expected \"features_str\" to be a string.");
    }

    private static bool IsString(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private void AddWikiRules()
    {
        When(request => RequestField.IsAbsent(request.Lang) && !RequestField.IsAbsent(request.WikiId), () => RuleFor(request => request.WikiId)
            .Must(IsString).WithMessage("Expected \"wiki_id\" to be a string.")
            .Must(value => WikiTable.FindByDatabaseName(value.GetString()!) is { IsOnWikipedia: true }).WithMessage((_, value) => $"Unknown wiki_id: {RequestField.Quote(value.GetString()!)}"))
            .Otherwise(() => RuleFor(request => request.Lang)
                .Must(value => !RequestField.IsAbsent(value)).WithMessage("Missing \"lang\" in input data.")
                .Must(IsString).WithMessage("Expected \"lang\" to be a string.")
                .Must(value => WikiTable.FindWikipedia(value.GetString()!) is not null || WikiTable.FindByDatabaseName(value.GetString()!) is null)
                .WithMessage("Language field should not have a 'wiki' suffix, i.e. use 'en', not 'enwiki'")
                .Must(value => WikiTable.FindWikipedia(value.GetString()!) is not null).WithMessage((_, value) => $"Unsupported lang: {RequestField.Quote(value.GetString()!)}."));
    }

    private void AddPageRules()
    {
        RuleFor(request => request)
            .Must(request => PythonTruthiness.IsFalsy(request.PageTitle) || PythonTruthiness.IsFalsy(request.PageId))
            .WithMessage("Detected both `page_title` and `page_id` in the request. Please pass only one of those.")
            .Must(request => !PythonTruthiness.IsFalsy(request.PageTitle) || !PythonTruthiness.IsFalsy(request.PageId))
            .WithMessage("You must pass either `page_title` or `page_id`.");
        RuleFor(request => request.PageId)
            .Must(value => PythonTruthiness.IsFalsy(value) || RequestField.TryReadInteger(value, out _)).WithMessage("Expected \"page_id\" to be a integer.")
            .Must(value => PythonTruthiness.IsFalsy(value) || (RequestField.TryReadInteger(value, out var number) && number > 0))
            .WithMessage((_, value) => $"Expected \"page_id\" to be 1 or more, got {RequestField.Quote(value.GetRawText())}.");
        RuleFor(request => request.PageTitle)
            .Must(value => PythonTruthiness.IsFalsy(value) || IsString(value)).WithMessage("Expected \"page_title\" to be a string.");
    }
}
