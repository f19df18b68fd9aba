using System.Text.Json;

namespace InferenceServices.EventGate.Events;

/// <summary>A member that is copied from one event to another if it exists and has the expected kind: EventGate rejects events with members that are not in the schema.</summary>
/// <param name="Name">Name of the member in both events.</param>
/// <param name="Kind">Expected kind; <see cref="JsonValueKind.True"/> means any boolean.</param>
internal readonly record struct EventField(string Name, JsonValueKind Kind)
{
    /// <remarks>Source: Lift Wing, <c>python/events.py</c>.</remarks>
    public static readonly EventField[] User =
    [
        Number("edit_count"), new("groups", JsonValueKind.Array), Bool("is_bot"), Bool("is_system"), Bool("is_temp"), String("registration_dt"),
        Number("user_central_id"), Number("user_id"), String("user_text"), String("wiki_id"),
    ];

    public static readonly EventField[] Page =
        [Number("page_id"), String("page_title"), Bool("is_redirect"), Number("namespace_id"), Bool("namespace_is_content"), Number("revision_count")];

    public static readonly EventField[] PageLink =
        [String("interwiki_prefix"), Bool("is_redirect"), Number("namespace_id"), Number("page_id"), String("page_title")];

    public static readonly EventField[] Revision =
    [
        Number("rev_id"), String("rev_dt"), String("comment"), Bool("is_comment_visible"), Bool("is_content_visible"), Bool("is_editor_visible"),
        Bool("is_minor_edit"), Number("rev_parent_id"), String("rev_sha1"), Number("rev_size"),
    ];

    public static readonly EventField[] Meta = [String("request_id"), String("domain"), String("uri")];

    /// <summary>Members of revision/create that revision/score copies.</summary>
    public static readonly EventField[] RevisionCreate =
        [String("database"), Number("page_id"), String("page_title"), Number("page_namespace"), Bool("page_is_redirect"), Number("rev_id"), String("rev_timestamp"), Number("rev_parent_id")];

    public static EventField Number(string name) => new(name, JsonValueKind.Number);

    public static EventField String(string name) => new(name, JsonValueKind.String);

    public static EventField Bool(string name) => new(name, JsonValueKind.True);

    /// <summary>Finds the member in an object.</summary>
    public bool TryFind(JsonElement parent, out JsonElement value)
        => parent.TryFind(Name, out value) && (value.ValueKind == Kind || (Kind == JsonValueKind.True && value.ValueKind == JsonValueKind.False));
}
