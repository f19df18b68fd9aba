namespace InferenceServices.MediaWiki.Wikis;

/// <summary>
/// All public Wikimedia wikis, including closed ones. Every call goes to a wiki of this table: a name in a request is looked up here and never becomes part of
/// a URL.
/// </summary>
/// <remarks>Source: wikis.tsv, from Wikimedia's site matrix. Omitted columns are derived from the others, see <see cref="Read"/>.</remarks>
public static class WikiTable
{
    private static readonly Wiki[] Wikis = [.. ReadLines().Skip(1).Select(Read)];
    private static readonly Dictionary<string, Wiki> ByDatabaseName = Wikis.ToDictionary(wiki => wiki.DatabaseName, StringComparer.Ordinal);
    private static readonly Dictionary<string, Wiki> ByDomain = Wikis.ToDictionary(wiki => wiki.Domain, StringComparer.OrdinalIgnoreCase);
    private static readonly Dictionary<string, Wiki> WikipediaByCode = IndexWikipedias();

    /// <summary>All wikis, ordered by family and subdomain.</summary>
    public static IReadOnlyList<Wiki> All => Wikis;

    /// <summary>Finds a wiki by database name.</summary>
    /// <param name="databaseName">Such as <c>enwiki</c>; case-sensitive.</param>
    /// <returns>The wiki, or null if the name is unknown.</returns>
    public static Wiki? FindByDatabaseName(string databaseName) => ByDatabaseName.GetValueOrDefault(databaseName);

    /// <summary>Finds a wiki by domain.</summary>
    /// <param name="domain">Such as <c>en.wikipedia.org</c>, without a port; case-insensitive.</param>
    /// <returns>The wiki, or null if the domain is unknown.</returns>
    public static Wiki? FindByDomain(string domain) => ByDomain.GetValueOrDefault(domain);

    /// <summary>Finds a wiki on wikipedia.org by code.</summary>
    /// <param name="code">Subdomain (<c>test</c>, <c>zh-yue</c>, <c>als</c>, <c>be-tarask</c>), else language code (<c>yue</c>, <c>gsw</c>), else the code in the database name (<c>be-x-old</c>).</param>
    /// <returns>The wiki, or null if the code is unknown.</returns>
    public static Wiki? FindWikipedia(string code) => WikipediaByCode.GetValueOrDefault(code);

    private static Dictionary<string, Wiki> IndexWikipedias()
    {
        var wikipedias = Array.FindAll(Wikis, wiki => wiki.IsWikipedia);
        var codes = wikipedias.ToDictionary(wiki => wiki.Subdomain, StringComparer.Ordinal);
        foreach (var wiki in Wikis.Where(wiki => wiki.IsOnWikipedia)) codes.TryAdd(wiki.Subdomain, wiki);
        foreach (var wiki in wikipedias) codes.TryAdd(wiki.LanguageCode, wiki);
        foreach (var wiki in wikipedias) codes.TryAdd(wiki.DatabaseName[..^"wiki".Length].Replace('_', '-'), wiki);
        return codes;
    }

    // Columns: family, subdomain (or whole domain), language (default: subdomain), database (default: subdomain + family).
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
        // The project file embeds the table.
        using var reader = new StreamReader(typeof(WikiTable).Assembly.GetManifestResourceStream("wikis.tsv")!);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
