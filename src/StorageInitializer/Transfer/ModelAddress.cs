namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Formats addresses of models for logs.</summary>
internal static class ModelAddress
{
    /// <summary>Replaces user, password and query, which may contain secrets, by <c>…</c>.</summary>
    public static string Redact(string address)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var redacted = query < 0 ? address : address[..query] + "?…";
        var authority = redacted.IndexOf("://", StringComparison.Ordinal) + 3;
        if (authority < 3) return redacted;
        var slash = redacted.IndexOf('/', authority);
        var at = redacted.LastIndexOf('@', slash < 0 ? redacted.Length - 1 : slash);
        return at < authority ? redacted : redacted[..authority] + "…" + redacted[at..];
    }
}
