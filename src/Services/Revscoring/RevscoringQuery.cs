using System.Globalization;
using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.EventGate.Events;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>A validated request.</summary>
/// <param name="RevisionId">Revision id; any number.</param>
/// <param name="ShowsFeatures">Whether the response contains base feature values.</param>
/// <param name="Given">Given feature values by full name; null: none.</param>
/// <param name="Event">Source event; null for a request without an event.</param>
internal sealed record RevscoringQuery(long RevisionId, bool ShowsFeatures, IReadOnlyDictionary<string, double>? Given, MediaWikiEvent? Event)
{
    /// <summary>Creates a query from a valid request.</summary>
    /// <param name="request">Validated request.</param>
    /// <param name="model">Model; an event must be of its wiki.</param>
    /// <exception cref="InvalidInputException">400: the event has no revision or is of another wiki.</exception>
    public static RevscoringQuery Of(RevscoringRequest request, RevscoringModel model)
    {
        _ = RequestField.TryReadFlag(request.ExtendedOutput, out var shows);
        if (RequestField.IsAbsent(request.Event)) return new RevscoringQuery(request.RevId.GetInt64(), shows, ReadFeatures(request.Features, model), null);

        var change = MediaWikiEvent.Read(request.Event, requiredValue: "rev_id");
        if (change.DatabaseName != model.Wiki.DatabaseName)
            throw new InvalidInputException($"Expected \"event\" to be of {model.Wiki.DatabaseName}, the wiki of this model, got one of {change.DatabaseName}.");
        return new RevscoringQuery(change.RevisionId, shows, ReadFeatures(request.Features, model), change);
    }

    /// <summary>Gets the source event of a score to publish; null for a request without an event, and for a score that depends on feature values of the client.</summary>
    public MediaWikiEvent? PublishedEvent => Given is { Count: > 0 } ? null : Event;

    /// <summary>Returns the cache key: a revision does not change.</summary>
    /// <returns>Null for an event, which is always scored and sends an event.</returns>
    public CacheKey? KeyOf(RevscoringModel model)
    {
        if (Event is not null) return null;
        var key = new StringBuilder();
        key.Append(CultureInfo.InvariantCulture, $"{model.Version}\n{RevisionId}\n{ShowsFeatures}");
        foreach (var (name, value) in Given ?? new Dictionary<string, double>()) key.Append(CultureInfo.InvariantCulture, $"\n{name}={value:R}");
        return new CacheKey(key.ToString(), IsLasting: true);
    }

    private static SortedDictionary<string, double>? ReadFeatures(JsonElement features, RevscoringModel model)
    {
        if (RequestField.IsAbsent(features)) return null;
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var entry in features.EnumerateObject())
        {
            if (FeatureJson.TryRead(model.FindFeature(entry.Name)!, entry.Value, out var value)) values[entry.Name] = value;
        }
        return values;
    }
}
