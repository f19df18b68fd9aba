using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.Wikitext.Languages;

/// <summary>Data of a language: lists of expressions from revscoring, and the names of its dictionaries.</summary>
/// <remarks>The lists are in <c>data/NAME/</c>, one expression per line; <c>languages.json</c> has the dictionaries and boundaries.</remarks>
public sealed class Language
{
    private static readonly FrozenDictionary<string, Language> All = ReadAll();

    private readonly Lazy<IReadOnlyDictionary<char, char>>? _replacements;

    private Language(string name, LanguageSettings settings)
    {
        Name = name;
        Dictionaries = settings.Dictionaries ?? [];
        _replacements = FindReplacements();
        var boundaries = BoundariesOf(settings.Boundaries);
        Badwords = ListOf("badwords", BoundariesOf(settings.BadwordBoundaries) ?? boundaries);
        Informals = ListOf("informals", boundaries);
        WordsToWatch = ListOf("words_to_watch", boundaries);
    }

    /// <summary>Gets the names of all languages, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Gets the name in revscoring, for example <c>french</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the insults and obscenities; null if there is no list.</summary>
    public RegexList? Badwords { get; }

    /// <summary>Gets the informal words, such as haha; null if there is no list.</summary>
    public RegexList? Informals { get; }

    /// <summary>Gets the words that praise, doubt or take sides; null if there is no list.</summary>
    public RegexList? WordsToWatch { get; }

    /// <summary>Gets the dictionaries; a word is correct if one of them has it. Empty if there is none.</summary>
    public IReadOnlyList<DictionarySource> Dictionaries { get; }

    /// <summary>Finds a language.</summary>
    /// <returns>Null if the language is unknown.</returns>
    public static Language? Find(string name) => All.GetValueOrDefault(name);

    private static FrozenDictionary<string, Language> ReadAll()
    {
        using var json = Resource("languages.json")!;
        return JsonSerializer.Deserialize(json, LanguageJson.Default.DictionaryStringLanguageSettings)!
            .ToFrozenDictionary(static entry => entry.Key, static entry => new Language(entry.Key, entry.Value), StringComparer.Ordinal);
    }

    private static (string, string)? BoundariesOf(string[]? boundaries) => boundaries is [var before, var after] ? (before, after) : null;

    private static Stream? Resource(string name) => typeof(Language).Assembly.GetManifestResourceStream(name);

    private RegexList? ListOf(string list, (string, string)? boundaries)
    {
        var name = $"{Name}/{list}.txt";
        return HasResource(name) ? new RegexList(() => ReadLines(name), boundaries, replacements: _replacements) : null;
    }

    // Traditional Chinese characters, for example, are compared as simplified ones.
    private Lazy<IReadOnlyDictionary<char, char>>? FindReplacements()
    {
        var name = $"{Name}/replacements.txt";
        return HasResource(name) ? new(() => ReadLines(name).ToFrozenDictionary(static line => line[0], static line => line[1])) : null;
    }

    private static bool HasResource(string name) => typeof(Language).Assembly.GetManifestResourceInfo(name) is not null;

    private static string[] ReadLines(string name)
    {
        using var reader = new StreamReader(Resource(name)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>A dictionary that a Debian package installs.</summary>
/// <param name="Library">The library that reads it.</param>
/// <param name="Name">Name of the dictionary, for example <c>en_US</c>.</param>
/// <param name="Package">Debian package.</param>
public sealed record DictionarySource(DictionaryLibrary Library, string Name, string Package);

/// <summary>A library for dictionaries.</summary>
public enum DictionaryLibrary
{
    /// <summary>hunspell.</summary>
    Hunspell,

    /// <summary>GNU Aspell.</summary>
    Aspell,
}

/// <summary>An entry of <c>languages.json</c>.</summary>
/// <param name="Dictionaries">The dictionaries; null: none.</param>
/// <param name="Boundaries">Expressions before and after a word; null: word boundaries.</param>
/// <param name="BadwordBoundaries">The same for bad words only.</param>
internal sealed record LanguageSettings(DictionarySource[]? Dictionaries = null, string[]? Boundaries = null, string[]? BadwordBoundaries = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Dictionary<string, LanguageSettings>))]
internal sealed partial class LanguageJson : JsonSerializerContext;
