using System.Collections.Frozen;

namespace InferenceServices.Services.LangId;

/// <summary>What languages are called and where their Wikipedia is: <c>data/languages.tsv</c>, for the labels of lid.176 and lid201.</summary>
internal static class Languages
{
    private static readonly FrozenDictionary<string, (string Wikicode, string Name)> ByLabel = Read();

    /// <summary>A label's Wikipedia code and English name.</summary>
    /// <returns>No code, and the label for a name, when the table does not have it.</returns>
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
