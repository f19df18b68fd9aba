namespace InferenceServices.MediaWiki.Wikis;

/// <summary>
/// All public wikis, closed ones included. Whatever is sent to a wiki goes to one of these: a name that a caller sends is looked up here and never becomes
/// part of an address.
/// </summary>
/// <remarks>wikis.tsv: facts of Wikimedia's site matrix. What is left out of a line follows from what stands in it.</remarks>
public static class WikiTable
{
    private static readonly Wiki[] Wikis = [.. ReadLines().Skip(1).Select(Read)];
    private static readonly Dictionary<string, Wiki> ByDatabaseName = Wikis.ToDictionary(wiki => wiki.DatabaseName, StringComparer.Ordinal);
    private static readonly Dictionary<string, Wiki> ByDomain = Wikis.ToDictionary(wiki => wiki.Domain, StringComparer.OrdinalIgnoreCase);
    private static readonly Dictionary<string, Wiki> WikipediaByCode = IndexWikipedias();

    /// <summary>All of them, by family and subdomain.</summary>
    public static IReadOnlyList<Wiki> All => Wikis;

    /// <summary>The wiki of a database.</summary>
    /// <param name="databaseName">As <c>enwiki</c>, in this case.</param>
    /// <returns>Null for none of these.</returns>
    public static Wiki? FindByDatabaseName(string databaseName) => ByDatabaseName.GetValueOrDefault(databaseName);

    /// <summary>The wiki at a domain.</summary>
    /// <param name="domain">As <c>en.wikipedia.org</c>, in any case, without a port.</param>
    /// <returns>Null for none of these.</returns>
    public static Wiki? FindByDomain(string domain) => ByDomain.GetValueOrDefault(domain);

    /// <summary>The Wikipedia a code stands for.</summary>
    /// <param name="code">Its subdomain (<c>zh-yue</c>, <c>als</c>, <c>be-tarask</c>), else its language (<c>yue</c>, <c>gsw</c>), else its database's old code (<c>be-x-old</c>).</param>
    /// <returns>Null for none.</returns>
    public static Wiki? FindWikipedia(string code) => WikipediaByCode.GetValueOrDefault(code);

    private static Dictionary<string, Wiki> IndexWikipedias()
    {
        var wikipedias = Array.FindAll(Wikis, wiki => wiki.IsWikipedia);
        var codes = wikipedias.ToDictionary(wiki => wiki.Subdomain, StringComparer.Ordinal);
        foreach (var wiki in wikipedias) codes.TryAdd(wiki.LanguageCode, wiki);
        foreach (var wiki in wikipedias) codes.TryAdd(wiki.DatabaseName[..^"wiki".Length].Replace('_', '-'), wiki);
        return codes;
    }

    // Family, subdomain (or whole domain), language where it is not the subdomain, database where it is not subdomain and family.
    private static Wiki Read(string line)
    {
        var columns = line.Split('\t');
        var (family, subdomain) = (columns[0], columns[1]);
        return new Wiki(
            columns.Length > 3 ? columns[3] : subdomain.Replace('-', '_') + (family == "wikipedia" ? "wiki" : family),
            subdomain.Contains('.', StringComparison.Ordinal) ? subdomain : $"{subdomain}.{family}.org",
            family,
            columns.Length > 2 ? columns[2] : subdomain);
    }

    private static IEnumerable<string> ReadLines()
    {
        // Embedded by the project file.
        using var reader = new StreamReader(typeof(WikiTable).Assembly.GetManifestResourceStream("wikis.tsv")!);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
