using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>Creates page/prediction_classification_change events: a prediction for a new revision of a page.</summary>
/// <remarks>Source: Lift Wing, <c>python/events.py</c>; other members of the source event are omitted.</remarks>
public static class PredictionClassificationChange
{
    private const string Schema = "/mediawiki/page/prediction_classification_change/1.3.0";

    /// <summary>Creates the event.</summary>
    /// <param name="source">Source event, a page_change.</param>
    /// <param name="stream">Stream of the event.</param>
    /// <param name="prediction">The prediction.</param>
    /// <returns>An event whose id is derived from source event, stream, model and version.</returns>
    /// <exception cref="InvalidInputException">400: the source is not a page_change, or lacks a required member.</exception>
    public static OutgoingEvent Create(MediaWikiEvent source, string stream, ClassificationPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(prediction);
        if (!source.IsPageChange) throw source.Unsupported();
        var id = EventUuid.Create(source, stream, prediction);
        using var writer = new EventWriter(Schema);
        foreach (var name in (string[])["changelog_kind", "page_change_kind", "dt"]) writer.CopyRequired(source.Json, name, name);
        writer.WriteMeta(source, stream, id);
        WritePage(writer, source.Json, "page", withLink: true);
        if (source.Json.FindObject("revision").FindString("rev_dt") is null) throw new InvalidInputException("""Missing "rev_dt" in input data.""");
        WriteRevision(writer, source.Json);
        writer.Copy(source.Json, [EventField.String("wiki_id"), EventField.String("comment")]);
        WriteUser(writer, source.Json, "performer");
        WritePriorState(writer, source.Json);
        WritePage(writer, source.Json, "created_redirect_page", withLink: false);
        writer.Json.WriteStartObject("predicted_classification");
        writer.WritePrediction(prediction, "predictions", "probabilities");
        writer.Json.WriteEndObject();
        return new OutgoingEvent(id, writer.Finish());
    }

    private static void WritePriorState(EventWriter writer, JsonElement parent)
    {
        if (parent.FindObject("prior_state") is not { ValueKind: JsonValueKind.Object } state) return;
        writer.Json.WriteStartObject("prior_state");
        WritePage(writer, state, "page", withLink: false);
        WriteRevision(writer, state);
        writer.Json.WriteEndObject();
    }

    private static void WritePage(EventWriter writer, JsonElement parent, string name, bool withLink)
    {
        if (parent.FindObject(name) is not { ValueKind: JsonValueKind.Object } page) return;
        writer.Json.WriteStartObject(name);
        writer.Copy(page, EventField.Page);
        if (withLink && page.FindObject("redirect_page_link") is { ValueKind: JsonValueKind.Object } link)
        {
            writer.Json.WriteStartObject("redirect_page_link");
            writer.Copy(link, EventField.PageLink);
            writer.Json.WriteEndObject();
        }
        writer.Json.WriteEndObject();
    }

    private static void WriteRevision(EventWriter writer, JsonElement parent)
    {
        if (parent.FindObject("revision") is not { ValueKind: JsonValueKind.Object } revision) return;
        writer.Json.WriteStartObject("revision");
        writer.Copy(revision, EventField.Revision);
        WriteUser(writer, revision, "editor");
        writer.Json.WriteEndObject();
    }

    private static void WriteUser(EventWriter writer, JsonElement parent, string name)
    {
        if (parent.FindObject(name) is not { ValueKind: JsonValueKind.Object } user) return;
        writer.Json.WriteStartObject(name);
        writer.Copy(user, EventField.User);
        writer.Json.WriteEndObject();
    }
}
