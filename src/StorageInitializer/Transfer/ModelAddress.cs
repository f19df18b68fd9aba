namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Addresses of models, as they may stand in a log.</summary>
internal static class ModelAddress
{
    /// <summary>Without user, password and query: signatures are in them.</summary>
    public static string Shown(string address)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var shown = query < 0 ? address : address[..query] + "?…";
        var authority = shown.IndexOf("://", StringComparison.Ordinal) + 3;
        if (authority < 3) return shown;
        var slash = shown.IndexOf('/', authority);
        var at = shown.LastIndexOf('@', slash < 0 ? shown.Length - 1 : slash);
        return at < authority ? shown : shown[..authority] + "…" + shown[at..];
    }
}
