using System.Collections.Frozen;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>URI schemes of external links.</summary>
/// <remarks>mwparserfromhell 0.6.6, <c>definitions.py</c>.</remarks>
internal static class UriSchemes
{
    private static readonly FrozenSet<string> All = new[]
    {
        "bitcoin", "ftp", "ftps", "geo", "git", "gopher", "http", "https", "irc", "ircs", "magnet", "mailto", "mms", "news", "nntp", "redis", "sftp", "sip", "sips", "sms", "ssh", "svn", "tel", "telnet",
        "urn", "worldwind", "xmpp",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> WithoutSlashes
        = new[] { "bitcoin", "geo", "magnet", "mailto", "news", "sip", "sips", "sms", "tel", "urn", "xmpp" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsScheme(ReadOnlySpan<char> scheme, bool hasSlashes)
        => (hasSlashes ? All : WithoutSlashes).GetAlternateLookup<ReadOnlySpan<char>>().Contains(scheme);
}
