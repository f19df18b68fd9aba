using System.Globalization;
using System.Text.Json;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.ModelTools.Features;

/// <summary>Parses a revision from a line of JSON.</summary>
internal static class RevisionLine
{
    // MediaWiki's two formats.
    private static readonly string[] Timestamps = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyyMMddHHmmss"];

    /// <param name="line">One JSON object.</param>
    /// <param name="place">File and line number for error messages.</param>
    /// <exception cref="ModelFileException">The line is not an object, or a field has the wrong type.</exception>
    public static RevisionInput Read(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var revision = document.RootElement;
            if (revision.ValueKind != JsonValueKind.Object) throw new FormatException("expected an object");
            return new RevisionInput
            {
                Text = TextOf(revision, "text"),
                ParentText = TextOf(revision, "parent_text"),
                Author = AuthorOf(revision),
                Timestamp = TimeOf(revision, "timestamp") ?? default,
                Comment = TextOf(revision, "comment"),
                Namespace = Find(revision, "namespace") is { } number
                    ? number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : throw Invalid("namespace", "an integer")
                    : 0,
            };
        }
        // InvalidOperationException: an escape is half of a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelFileException($"{place} is not a revision: {exception.Message}");
        }
    }

    private static RevisionAuthor AuthorOf(JsonElement revision)
    {
        if (Find(revision, "user") is not { } user) return RevisionAuthor.Unknown;
        if (user.ValueKind != JsonValueKind.Object) throw Invalid("user", "an object");
        string[] groups = Find(user, "groups") is { } names
            ? names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray().Select(name => name.GetString() ?? "")] : throw Invalid("user.groups", "an array of names")
            : [];
        return new RevisionAuthor(Find(user, "anon") is { ValueKind: JsonValueKind.True }, groups, TimeOf(user, "registration"));
    }

    private static DateTimeOffset? TimeOf(JsonElement parent, string name)
        => TextOf(parent, name) is not { } text ? null
            : DateTimeOffset.TryParseExact(text, Timestamps, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw Invalid(name, "a time such as 2015-01-31T23:59:59Z");

    private static string? TextOf(JsonElement parent, string name)
        => Find(parent, name) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw Invalid(name, "a string");

    private static JsonElement? Find(JsonElement parent, string name)
        => parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static FormatException Invalid(string name, string expected) => new($"expected \"{name}\" to be {expected}");
}
