using System.Globalization;
using System.Text;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Splits names into batches for a multi-value parameter: escaped, joined, and limited in number and length.</summary>
internal static class TitleBatches
{
    public const int MaxNames = 50;

    // Servers usually accept URLs of 8 KiB; the rest of the URL stays below 2 KiB.
    private const int MaxBytes = 6000;

    // A title has at most 255 bytes plus a namespace; a much longer name is rejected without a call.
    private const int MaxNameBytes = 1024;

    private const string Separator = "%7C";

    /// <summary>Error for a title that is not a valid name.</summary>
    public static MediaWikiError InvalidTitle { get; } = MediaWikiErrors.InvalidTitle("The title is empty, too long or has characters that no title has.");

    /// <summary>
    /// Returns whether a name can be a title or user name. False for an empty or far too long name, a name with separators or control characters, and a relative
    /// path segment.
    /// </summary>
    public static bool IsValidName(string name)
        => name is not ("." or "..")
            && name.AsSpan().Trim(" _").Length > 0
            && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
            && !name.AsSpan().ContainsAnyInRange('\0', '\x1f')
            && name.AsSpan().IndexOfAny('|', '\x7f') < 0;

    /// <summary>Returns the batches, in order.</summary>
    /// <param name="names">Names; invalid names are skipped.</param>
    public static IEnumerable<string> Split(IEnumerable<string> names)
    {
        var batch = new StringBuilder();
        var count = 0;
        foreach (var name in names)
        {
            if (!IsValidName(name)) continue;
            var escaped = Uri.EscapeDataString(name);
            if (count == MaxNames || batch.Length + Separator.Length + escaped.Length > MaxBytes)
            {
                if (count > 0) yield return batch.ToString();
                batch.Clear();
                count = 0;
            }
            if (count++ > 0) batch.Append(Separator);
            batch.Append(escaped);
        }
        if (count > 0) yield return batch.ToString();
    }

    /// <summary>Returns batches of ids, in order.</summary>
    public static IEnumerable<string> Split(IEnumerable<long> ids) => Split(ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}
