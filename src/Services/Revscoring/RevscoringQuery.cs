using System.Globalization;
using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.EventGate.Events;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>What a valid request asks.</summary>
/// <param name="RevisionId">Any number; wikis know those above 0.</param>
/// <param name="ShowsFeatures">Whether the answer holds what the features were made of.</param>
/// <param name="Given">Values to take for features, by full name; null: none.</param>
/// <param name="Event">The change that is scored; null for a caller who only wants to know.</param>
internal sealed record RevscoringQuery(long RevisionId, bool ShowsFeatures, IReadOnlyDictionary<string, double>? Given, MediaWikiEvent? Event)
{
    /// <param name="request">Passed by the validator.</param>
    /// <param name="model">Whose wiki an event has to be of.</param>
    /// <exception cref="InvalidInputException">An event that says no revision, or one of another wiki: 400.</exception>
    public static RevscoringQuery Of(RevscoringRequest request, RevscoringModel model)
    {
        var shows = request.ExtendedOutput.ValueKind == JsonValueKind.True;
        if (RevscoringRequestValidator.IsAbsent(request.Event)) return new RevscoringQuery(request.RevId.GetInt64(), shows, GivenOf(request.Features), null);

        var change = MediaWikiEvent.Read(request.Event, requiredValue: "rev_id");
        if (change.DatabaseName != model.Wiki.DatabaseName)
            throw new InvalidInputException($"Expected \"event\" to be of {model.Wiki.DatabaseName}, the wiki of this model, got one of {change.DatabaseName}.");
        return new RevscoringQuery(change.RevisionId, shows, GivenOf(request.Features), change);
    }

    /// <summary>What the answer depends on: a revision does not change.</summary>
    /// <returns>Null for an event: it is scored, and told of, each time it comes.</returns>
    public CacheKey? KeyOf(RevscoringModel model)
    {
        if (Event is not null) return null;
        var key = new StringBuilder();
        key.Append(CultureInfo.InvariantCulture, $"{model.Version}\n{RevisionId}\n{ShowsFeatures}");
        foreach (var (name, value) in Given ?? new Dictionary<string, double>()) key.Append(CultureInfo.InvariantCulture, $"\n{name}={value:R}");
        return new CacheKey(key.ToString(), IsLasting: true);
    }

    private static SortedDictionary<string, double>? GivenOf(JsonElement features)
    {
        if (RevscoringRequestValidator.IsAbsent(features)) return null;
        var given = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var entry in features.EnumerateObject())
        {
            if (FeatureJson.TryRead(FeatureList.Find(entry.Name)!, entry.Value, out var value)) given[entry.Name] = value;
        }
        return given;
    }
}
