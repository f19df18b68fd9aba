using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>Creates cirrussearch/page_weighted_tags_change events: predictions for a page that its entry in the search index gets.</summary>
/// <remarks>Source: Lift Wing, <c>python/events.py</c>.</remarks>
public static class PageWeightedTagsChange
{
    private const string Schema = "/mediawiki/cirrussearch/page_weighted_tags_change/1.0.0";

    /// <summary>Creates the event: sets the predicted labels and their probabilities as tags, or clears the tags if nothing is predicted.</summary>
    /// <param name="source">Source event, a page_change.</param>
    /// <param name="stream">Stream of the event.</param>
    /// <param name="prefix">Group of the tags, such as <c>classification.prediction.articletopic</c>.</param>
    /// <param name="prediction">The prediction; each predicted label has a probability.</param>
    /// <returns>An event whose id is derived from source event, stream, model and version.</returns>
    /// <exception cref="InvalidInputException">400: the source is not a page_change, or lacks a required member.</exception>
    public static OutgoingEvent Create(MediaWikiEvent source, string stream, string prefix, ClassificationPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(prediction);
        if (!source.IsPageChange) throw source.Unsupported();
        var page = source.Json.FindObject("page");
        if (!EventField.Number("namespace_id").TryFind(page, out _)) throw new InvalidInputException("""Missing "namespace_id" in input data.""");
        var id = EventUuid.Create(source, stream, prediction);
        using var writer = new EventWriter(Schema);
        writer.CopyRequired(source.Json, "dt", "dt");
        writer.WriteMeta(source, stream, id);
        writer.Json.WriteStartObject("page");
        writer.Copy(page, [EventField.Number("namespace_id"), EventField.Number("page_id"), EventField.String("page_title")]);
        writer.Json.WriteEndObject();
        writer.Json.WriteStartObject("weighted_tags");
        WriteTags(writer, prefix, prediction);
        writer.Json.WriteEndObject();
        writer.Copy(source.Json, [EventField.String("wiki_id")]);
        writer.Json.WriteBoolean("rev_based", true);
        return new OutgoingEvent(id, writer.Finish());
    }

    private static void WriteTags(EventWriter writer, string prefix, ClassificationPrediction prediction)
    {
        if (prediction.Predictions.Count == 0)
        {
            writer.Json.WriteStartArray("clear");
            writer.Json.WriteStringValue(prefix);
            writer.Json.WriteEndArray();
            return;
        }
        var probabilities = prediction.Probabilities.ToDictionary(StringComparer.Ordinal);
        writer.Json.WriteStartObject("set");
        writer.Json.WriteStartArray(prefix);
        foreach (var label in prediction.Predictions)
        {
            writer.Json.WriteStartObject();
            writer.Json.WriteString("tag", label);
            writer.Json.WriteNumber("score", probabilities[label]);
            writer.Json.WriteEndObject();
        }
        writer.Json.WriteEndArray();
        writer.Json.WriteEndObject();
    }
}
