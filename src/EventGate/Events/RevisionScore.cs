using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>Creates revision/score events: the score of a revision in the format of ORES and revscoring.</summary>
/// <remarks>Source: Lift Wing, <c>python/events.py</c>, which omits the parent revision of a page_change and does not accept revision/create 2.</remarks>
public static class RevisionScore
{
    private const string Schema = "/mediawiki/revision/score/3.0.0";

    /// <summary>Creates the event.</summary>
    /// <param name="source">Source event.</param>
    /// <param name="stream">Stream of the event.</param>
    /// <param name="prediction">The prediction.</param>
    /// <returns>An event whose id is derived from source event, stream, model and version.</returns>
    /// <exception cref="InvalidInputException">400: the source lacks a required member.</exception>
    public static OutgoingEvent Create(MediaWikiEvent source, string stream, ClassificationPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(prediction);
        var id = EventUuid.Create(source, stream, prediction);
        using var writer = new EventWriter(Schema);
        writer.CopyRequired(source.Json, source.IsPageChange ? "dt" : "rev_timestamp", "dt");
        writer.WriteMeta(source, stream, id);
        if (source.IsPageChange) WritePageChange(writer, source.Json);
        else WriteRevisionCreate(writer, source.Json);
        writer.Json.WriteStartObject("scores");
        writer.Json.WriteStartObject(prediction.ModelName);
        writer.WritePrediction(prediction, "prediction", "probability");
        writer.Json.WriteEndObject();
        writer.Json.WriteEndObject();
        return new OutgoingEvent(id, writer.Finish());
    }

    private static void WriteRevisionCreate(EventWriter writer, JsonElement source)
    {
        writer.Copy(source, EventField.RevisionCreate);
        writer.Copy(source, [new EventField("performer", JsonValueKind.Object)]);
    }

    private static void WritePageChange(EventWriter writer, JsonElement source)
    {
        var (page, revision) = (source.FindObject("page"), source.FindObject("revision"));
        var (space, redirect) = (EventField.Number("namespace_id"), EventField.Bool("is_redirect"));
        if (!space.TryFind(page, out _) || !redirect.TryFind(page, out _))
        {
            throw new InvalidInputException(
                "The page_change event provided as input does not carry either page namespace_id or is_redirect fields. They are mandatory to build a "
                + "revision-score event so the input cannot be processed (and the revision-score event is not emitted).");
        }
        writer.Copy(source, EventField.String("wiki_id"), "database");
        writer.Copy(page, [EventField.Number("page_id"), EventField.String("page_title")]);
        writer.Copy(page, space, "page_namespace");
        writer.Copy(page, redirect, "page_is_redirect");
        writer.Copy(revision, [EventField.Number("rev_id"), EventField.Number("rev_parent_id")]);
        writer.CopyRequired(revision, "rev_dt", "rev_timestamp");
        if (source.FindObject("performer") is not { ValueKind: JsonValueKind.Object } performer) return;
        writer.Json.WriteStartObject("performer");
        writer.Copy(performer, [EventField.String("user_text")]);
        writer.Copy(performer, new EventField("groups", JsonValueKind.Array), "user_groups");
        writer.Copy(performer, EventField.Bool("is_bot"), "user_is_bot");
        writer.Json.WriteEndObject();
    }
}
