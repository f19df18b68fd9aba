using System.Text.Json;

namespace InferenceServices.EventGate.Events;

/// <summary>A member of an event that is copied where it is there and of its kind: EventGate refuses events with members that the schema does not know.</summary>
/// <param name="Name">In both events.</param>
/// <param name="Kind">Others are left out; <see cref="JsonValueKind.True"/> stands for both truth values.</param>
internal readonly record struct EventField(string Name, JsonValueKind Kind)
{
    /// <remarks>Lift Wing's lists, <c>python/events.py</c>.</remarks>
    public static readonly EventField[] User =
    [
        Number("edit_count"), new("groups", JsonValueKind.Array), Truth("is_bot"), Truth("is_system"), Truth("is_temp"), Text("registration_dt"),
        Number("user_central_id"), Number("user_id"), Text("user_text"), Text("wiki_id"),
    ];

    public static readonly EventField[] Page =
        [Number("page_id"), Text("page_title"), Truth("is_redirect"), Number("namespace_id"), Truth("namespace_is_content"), Number("revision_count")];

    public static readonly EventField[] PageLink =
        [Text("interwiki_prefix"), Truth("is_redirect"), Number("namespace_id"), Number("page_id"), Text("page_title")];

    public static readonly EventField[] Revision =
    [
        Number("rev_id"), Text("rev_dt"), Text("comment"), Truth("is_comment_visible"), Truth("is_content_visible"), Truth("is_editor_visible"),
        Truth("is_minor_edit"), Number("rev_parent_id"), Text("rev_sha1"), Number("rev_size"),
    ];

    public static readonly EventField[] Meta = [Text("request_id"), Text("domain"), Text("uri")];

    /// <summary>Of revision/create, and of revision/score made from it.</summary>
    public static readonly EventField[] RevisionCreate =
        [Text("database"), Number("page_id"), Text("page_title"), Number("page_namespace"), Truth("page_is_redirect"), Number("rev_id"), Text("rev_timestamp"), Number("rev_parent_id")];

    public static EventField Number(string name) => new(name, JsonValueKind.Number);

    public static EventField Text(string name) => new(name, JsonValueKind.String);

    public static EventField Truth(string name) => new(name, JsonValueKind.True);

    /// <summary>Finds it in an event.</summary>
    public bool TryFind(JsonElement parent, out JsonElement value)
        => parent.TryFind(Name, out value) && (value.ValueKind == Kind || (Kind == JsonValueKind.True && value.ValueKind == JsonValueKind.False));
}
