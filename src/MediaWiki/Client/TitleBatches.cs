using System.Globalization;
using System.Text;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Names as one parameter takes them: escaped and joined, as many as a call may have.</summary>
internal static class TitleBatches
{
    public const int MaxNames = 50;

    // An address of 8 KiB is what servers take as a rule; the rest of it stays below 2.
    private const int MaxBytes = 6000;

    // A title has at most 255 bytes, and a namespace in front; what is far longer is not worth a call.
    private const int MaxNameBytes = 1024;

    private const string Separator = "%7C";

    /// <summary>Whether a wiki has to be asked: what is empty, far too long, or has characters that separate or control, is no name of anything, nor what a path would take for a step.</summary>
    public static bool MayBeName(string name)
        => name is not ("." or "..")
            && name.AsSpan().Trim(" _").Length > 0
            && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
            && !name.AsSpan().ContainsAnyInRange('\0', '\x1f')
            && name.AsSpan().IndexOfAny('|', '\x7f') < 0;

    /// <summary>Batches, in order.</summary>
    /// <param name="names">Those that cannot be names are left out.</param>
    public static IEnumerable<string> Of(IEnumerable<string> names)
    {
        var batch = new StringBuilder();
        var count = 0;
        foreach (var name in names)
        {
            if (!MayBeName(name)) continue;
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

    /// <summary>Numbers, in the same way.</summary>
    public static IEnumerable<string> Of(IEnumerable<long> ids) => Of(ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}
