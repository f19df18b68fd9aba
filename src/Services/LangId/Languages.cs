using System.Collections.Frozen;

namespace InferenceServices.Services.LangId;

/// <summary>English names and Wikipedia codes of the labels of lid.176 and lid201: <c>data/languages.tsv</c>.</summary>
internal static class Languages
{
    private static readonly FrozenDictionary<string, (string Wikicode, string Name)> ByLabel = Read();

    /// <summary>Returns the Wikipedia code and English name of a label.</summary>
    /// <returns>For an unknown label: an empty code, and the label as name.</returns>
    public static (string Wikicode, string Name) Describe(string label) => ByLabel.TryGetValue(label, out var known) ? known : ("", label);

    private static FrozenDictionary<string, (string Wikicode, string Name)> Read()
    {
        const string Resource = "InferenceServices.Services.LangId.data.languages.tsv";
        using var reader = new StreamReader(typeof(Languages).Assembly.GetManifestResourceStream(Resource)!);
        reader.ReadLine();
        var languages = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            languages.Add(fields[0], (fields[1], fields[2]));
        }
        return languages.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
