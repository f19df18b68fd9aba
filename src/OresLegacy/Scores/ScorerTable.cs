using InferenceServices.Contracts.Errors;

namespace InferenceServices.OresLegacy.Scores;

/// <summary>Wikis and their models with versions, in the order of the file. The built-in table is that of ORES when it ended.</summary>
internal sealed class ScorerTable
{
    private readonly Dictionary<string, Dictionary<string, string>> _wikis = new(StringComparer.Ordinal);

    private ScorerTable()
    {
    }

    /// <summary>Gets the wikis, each with its models and their versions.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, string>> Wikis => _wikis;

    /// <summary>Loads a table.</summary>
    /// <param name="path">File of the format of <c>scorers.tsv</c>; null or empty for the built-in table.</param>
    /// <exception cref="StartException">The file cannot be read, or a line has another format.</exception>
    public static ScorerTable Load(string? path)
    {
        if (path is not { Length: > 0 })
        {
            using var builtIn = new StreamReader(typeof(ScorerTable).Assembly.GetManifestResourceStream("scorers.tsv")!);
            return Parse(builtIn, "scorers.tsv");
        }
        try
        {
            using var file = new StreamReader(path);
            return Parse(file, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--scorers_file cannot be read: {exception.Message}", exception);
        }
    }

    private static ScorerTable Parse(TextReader lines, string path)
    {
        var table = new ScorerTable();
        for (var number = 1; lines.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            var models = new Dictionary<string, string>(StringComparer.Ordinal);
            var isValid = line.Split('\t') is [{ Length: > 0 } wiki, var list] && table._wikis.TryAdd(wiki, models)
                && list.Split(' ').All(entry => entry.Split('=') is [{ Length: > 0 } model, { Length: > 0 } version] && models.TryAdd(model, version));
            if (!isValid)
                throw new StartException($"{path}, line {number}: expected a wiki that no other line has, a tab, and model=version separated by spaces, got '{ShortText.Of(line)}'.");
        }
        return table._wikis.Count > 0 ? table : throw new StartException($"{path} has no wiki.");
    }
}
