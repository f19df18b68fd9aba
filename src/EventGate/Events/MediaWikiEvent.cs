using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>A MediaWiki change event in the member <c>event</c> of a request: page_change 1.x, or revision/create 1.x or 2.x.</summary>
/// <remarks>Unknown members stay in <see cref="Json"/>; members without a property may be missing. Error messages are those of Lift Wing, <c>python/preprocess_utils.py</c>.</remarks>
public sealed class MediaWikiEvent
{
    private MediaWikiEvent(JsonElement json, string schema, bool isPageChange)
    {
        (Json, Schema, IsPageChange) = (json, schema, isPageChange);
        Meta = json.FindObject("meta");
        Domain = Meta.FindString("domain");
        var (page, revision) = isPageChange ? (json.FindObject("page"), json.FindObject("revision")) : (json, json);
        DatabaseName = ReadText(json, isPageChange ? "wiki_id" : "database", "lang");
        PageTitle = ReadText(page, "page_title", "page_title");
        PageId = ReadId(page, "page_id", "a integer");
        RevisionId = ReadId(revision, "rev_id", "a int");
    }

    /// <summary>The whole event; valid as long as its document.</summary>
    public JsonElement Json { get; }

    /// <summary>Schema and version, such as <c>/mediawiki/page/change/1.3.0</c>.</summary>
    public string Schema { get; }

    /// <summary>True for page_change, false for revision/create.</summary>
    public bool IsPageChange { get; }

    /// <summary>Database name of the wiki in the event, such as <c>enwiki</c>; may be unknown.</summary>
    public string DatabaseName { get; }

    /// <summary>Domain of the wiki, such as <c>en.wikipedia.org</c>; null if missing.</summary>
    public string? Domain { get; }

    /// <summary>Page id, 1 or more.</summary>
    public long PageId { get; }

    /// <summary>Page title with underscores for spaces.</summary>
    public string PageTitle { get; }

    /// <summary>Id of the revision that the change created, 1 or more.</summary>
    public long RevisionId { get; }

    /// <summary>Member <c>meta</c>; undefined if missing.</summary>
    internal JsonElement Meta { get; }

    /// <summary>Reads an event.</summary>
    /// <param name="element">JSON without unpaired surrogates.</param>
    /// <param name="requiredValue">Value that the caller needs, for the error message of an unsupported schema.</param>
    /// <returns>An event with wiki, page and revision; valid as long as the document of the element.</returns>
    /// <exception cref="InvalidInputException">400: not an object, unsupported schema, or wiki, page or revision missing or invalid.</exception>
    public static MediaWikiEvent Read(JsonElement element, string requiredValue = "lang")
    {
        if (element.ValueKind != JsonValueKind.Object) throw new InvalidInputException("""Expected "event" to be an object.""");
        var schema = ReadText(element, "$schema", "$schema");
        return Version(schema, "/mediawiki/page/change/") == "1" ? new MediaWikiEvent(element, schema, isPageChange: true)
            : Version(schema, "/mediawiki/revision/create/") is "1" or "2" ? new MediaWikiEvent(element, schema, isPageChange: false)
            : throw new InvalidInputException($"Unsupported event of schema {schema}, the {requiredValue} value cannot be determined.");
    }

    /// <summary>Creates the error for an event from which no output event can be created.</summary>
    internal InvalidInputException Unsupported() => new($"Unsupported event of schema {Schema}, please contact the ML team.");

    private static string? Version(string schema, string family)
        => schema.StartsWith(family, StringComparison.Ordinal) ? schema[family.Length..].Split('.')[0] : null;

    private static string ReadText(JsonElement parent, string name, string reportedName)
    {
        if (!parent.TryFind(name, out var value)) throw Missing(reportedName);
        if (value.ValueKind != JsonValueKind.String) throw Invalid(reportedName, "a string");
        return value.GetString() is { Length: > 0 } text ? text : throw Missing(reportedName);
    }

    private static long ReadId(JsonElement parent, string name, string kind)
    {
        if (!parent.TryFind(name, out var value)) throw Missing(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var id) && id > 0 ? id : throw Invalid(name, kind);
    }

    private static InvalidInputException Missing(string name) => new($"Missing \"{name}\" in input data.");

    private static InvalidInputException Invalid(string name, string kind) => new($"Expected \"{name}\" to be {kind}.");
}
