using System.IO.Compression;
using System.Text.Json.Nodes;
using InferenceServices.Testing;
using InferenceServices.Wikitext.Dictionaries;
using InferenceServices.Wikitext.Languages;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>
/// Features of words equal those of the Python library bit for bit, in every language. <c>languages/make</c> writes the edits; LANGUAGE_EDITS names a longer
/// file. Dictionaries are those of Debian 12, which <c>eng/languages/ensure</c> installs.
/// </summary>
public sealed class LanguageFeatureTests
{
    private static readonly LanguageAssets Assets = new(LanguageAssets.DefaultHunspellDirectory);

    private static readonly string File = Environment.GetEnvironmentVariable("LANGUAGE_EDITS") ?? Checkout.PathOf("tests/RevisionFeatures.Tests/languages/edits.jsonl.gz");

    private static readonly Lazy<ILookup<string, JsonNode>> Edits = new(() => ReadLines().Select(static line => JsonNode.Parse(line)!).ToLookup(static edit => edit["language"]!.GetValue<string>()));

    public static TheoryData<string> Languages => [.. Language.Names];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Features_of_words_are_identical(string language)
    {
        var isInstalled = IsInstalled(language);
        var differences = new List<string>();
        var count = 0;
        foreach (var edit in Edits.Value[language])
        {
            var input = new RevisionInput { Text = edit["text"]!.GetValue<string>(), ParentText = edit["parent_text"]!.GetValue<string>(), Author = RevisionAuthor.Unknown };
            var solution = new FeatureSolution(new RevisionSources(input, Assets, CancellationToken.None));
            foreach (var (name, expected) in edit["features"]!.AsObject())
            {
                if (!isInstalled && name.Contains(".dictionary.", StringComparison.Ordinal)) continue;
                count++;
                var feature = FeatureList.Find(name) ?? throw new InvalidOperationException($"There is no feature {name}.");
                var value = solution.ValueOf(feature);
                if (!value.Equals(expected!.GetValue<double>())) differences.Add($"{name}: {expected} expected, got {value:R}: {input.ParentText} => {input.Text}");
            }
        }

        // There is no list for Basque, only a dictionary.
        Assert.True(count > 0 || language == "basque");
        Assert.Empty(differences);
        Assert.SkipUnless(isInstalled, "The dictionaries of this language are not installed: eng/languages/ensure.");
    }

    private static bool IsInstalled(string language)
    {
        if (Language.Find(language)!.Dictionaries.Count == 0) return true;
        try
        {
            _ = SpellingDictionary.Load(Language.Find(language)!, LanguageAssets.DefaultHunspellDirectory);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static IEnumerable<string> ReadLines()
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
