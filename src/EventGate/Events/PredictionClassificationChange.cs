using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>Event of what a model says of a page's new revision: page/prediction_classification_change.</summary>
/// <remarks>Lift Wing's, <c>python/events.py</c>; members of the source that its lists do not have are left out.</remarks>
public static class PredictionClassificationChange
{
    private const string Schema = "/mediawiki/page/prediction_classification_change/1.3.0";

    /// <summary>Makes the event.</summary>
    /// <param name="source">The page_change that was predicted for.</param>
    /// <param name="stream">The stream to send it to.</param>
    /// <param name="prediction">What the model said.</param>
    /// <returns>An event with an id made of source, stream, model and version.</returns>
    /// <exception cref="InvalidInputException">400: the source is no page_change, or lacks what the event must have.</exception>
    public static OutgoingEvent Create(MediaWikiEvent source, string stream, ClassificationPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(prediction);
        if (!source.IsPageChange) throw source.Unsupported();
        var id = EventId.Of(source, stream, prediction);
        using var writer = new EventWriter(Schema);
        foreach (var name in (string[])["changelog_kind", "page_change_kind", "dt"]) writer.CopyRequired(source.Json, name, name);
        writer.WriteMeta(source, stream, id);
        WritePage(writer, source.Json, "page", withLink: true);
        if (source.Json.FindObject("revision").FindText("rev_dt") is null) throw new InvalidInputException("""Missing "rev_dt" in input data.""");
        WriteRevision(writer, source.Json);
        writer.Copy(source.Json, [EventField.Text("wiki_id"), EventField.Text("comment")]);
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
