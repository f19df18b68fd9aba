using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate.Events;

/// <summary>A change that a wiki announced on its event stream, as <c>event</c> of a request brings it: page_change 1.x or revision/create 1.x and 2.x.</summary>
/// <remarks>Read tolerantly: what is not known is kept in <see cref="Json"/>, what is not asked for may be missing. Refusals have Lift Wing's texts, <c>python/preprocess_utils.py</c>.</remarks>
public sealed class MediaWikiEvent
{
    private MediaWikiEvent(JsonElement json, string schema, bool isPageChange)
    {
        (Json, Schema, IsPageChange) = (json, schema, isPageChange);
        Meta = json.FindObject("meta");
        Domain = Meta.FindText("domain");
        var (page, revision) = isPageChange ? (json.FindObject("page"), json.FindObject("revision")) : (json, json);
        DatabaseName = ReadText(json, isPageChange ? "wiki_id" : "database", "lang");
        PageTitle = ReadText(page, "page_title", "page_title");
        PageId = ReadId(page, "page_id", "a integer");
        RevisionId = ReadId(revision, "rev_id", "a int");
    }

    /// <summary>All of it; belongs to the document it was read from.</summary>
    public JsonElement Json { get; }

    /// <summary>Its kind and version, as <c>/mediawiki/page/change/1.3.0</c>.</summary>
    public string Schema { get; }

    /// <summary>True for page_change, false for revision/create.</summary>
    public bool IsPageChange { get; }

    /// <summary>The wiki, as <c>enwiki</c>: as the event says, which need not be a wiki that exists.</summary>
    public string DatabaseName { get; }

    /// <summary>Where the wiki is served, as <c>en.wikipedia.org</c>; null where the event does not say.</summary>
    public string? Domain { get; }

    /// <summary>1 or more.</summary>
    public long PageId { get; }

    /// <summary>With underscores for spaces, as events have it.</summary>
    public string PageTitle { get; }

    /// <summary>1 or more: the revision the change made.</summary>
    public long RevisionId { get; }

    /// <summary>What is said of the event itself; undefined without.</summary>
    internal JsonElement Meta { get; }

    /// <summary>Reads an event.</summary>
    /// <param name="element">Any JSON whose strings are text.</param>
    /// <param name="wanted">What the caller needs of the event, for its refusal.</param>
    /// <returns>An event whose wiki, page and revision are known; valid as long as the element's document.</returns>
    /// <exception cref="InvalidInputException">400: no object, another schema, or one of these missing or of the wrong kind.</exception>
    public static MediaWikiEvent Read(JsonElement element, string wanted = "lang")
    {
        if (element.ValueKind != JsonValueKind.Object) throw new InvalidInputException("""Expected "event" to be an object.""");
        var schema = ReadText(element, "$schema", "$schema");
        return Version(schema, "/mediawiki/page/change/") == "1" ? new MediaWikiEvent(element, schema, isPageChange: true)
            : Version(schema, "/mediawiki/revision/create/") is "1" or "2" ? new MediaWikiEvent(element, schema, isPageChange: false)
            : throw new InvalidInputException($"Unsupported event of schema {Shorten(schema)}, the {wanted} value cannot be determined.");
    }

    /// <summary>A refusal for an event nothing can be made of.</summary>
    internal InvalidInputException Unsupported() => new($"Unsupported event of schema {Shorten(Schema)}, please contact the ML team.");

    private static string? Version(string schema, string family)
        => schema.StartsWith(family, StringComparison.Ordinal) ? schema[family.Length..].Split('.')[0] : null;

    private static string ReadText(JsonElement parent, string name, string wanted)
    {
        if (!parent.TryFind(name, out var value)) throw Missing(wanted);
        if (value.ValueKind != JsonValueKind.String) throw Unfit(wanted, "a string");
        return value.GetString() is { Length: > 0 } text ? text : throw Missing(wanted);
    }

    private static long ReadId(JsonElement parent, string name, string kind)
    {
        if (!parent.TryFind(name, out var value)) throw Missing(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var id) && id > 0 ? id : throw Unfit(name, kind);
    }

    private static InvalidInputException Missing(string name) => new($"Missing \"{name}\" in input data.");

    private static InvalidInputException Unfit(string name, string kind) => new($"Expected \"{name}\" to be {kind}.");

    private static string Shorten(string schema) => schema.Length <= 200 ? schema : schema[..200] + "…";
}
