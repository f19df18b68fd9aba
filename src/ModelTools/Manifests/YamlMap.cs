using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace InferenceServices.ModelTools.Manifests;

/// <summary>A mapping of a YAML file with its path, for error messages.</summary>
internal sealed class YamlMap
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    // Quotes strings that would be parsed as another type. Expands aliases, because not every reader of manifests supports them.
    private static readonly ISerializer Writer = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().WithIndentedSequences().Build();

    private readonly Dictionary<object, object?> _values;

    private YamlMap(string path, Dictionary<object, object?> values) => (Path, _values) = (path, values);

    /// <summary>Gets the file and the keys that lead to this mapping.</summary>
    public string Path { get; }

    public IEnumerable<string> Keys => _values.Keys.Select(key => $"{key}");

    /// <summary>Reads the documents of a file; each is a mapping. Skips empty documents.</summary>
    /// <exception cref="ModelFileException">The file is not YAML, or a document is not a mapping.</exception>
    public static IReadOnlyList<YamlMap> Read(string path) => Parse(path, File.ReadAllText(path));

    /// <summary>Parses the documents of a text.</summary>
    public static IReadOnlyList<YamlMap> Parse(string path, string text)
    {
        try
        {
            var parser = new MergingParser(new Parser(new StringReader(text)));
            var documents = new List<YamlMap>();
            parser.Consume<YamlDotNet.Core.Events.StreamStart>();
            while (parser.Current is YamlDotNet.Core.Events.DocumentStart)
            {
                if (Reader.Deserialize(parser) is { } document) documents.Add(Of(path, document));
            }
            return documents;
        }
        catch (YamlException failure)
        {
            throw new ModelFileException($"{path}: line {failure.Start.Line}: {failure.InnerException?.Message ?? failure.Message}");
        }
    }

    /// <summary>Serializes a mapping.</summary>
    public static string Write(IReadOnlyDictionary<string, object?> document) => Writer.Serialize(document);

    /// <summary>Returns the mapping of a key; empty if absent.</summary>
    public YamlMap Map(string key) => _values.GetValueOrDefault(key) is { } value ? Of($"{Path}: {key}", value) : new YamlMap($"{Path}: {key}", []);

    /// <summary>Returns the mappings of a list; empty if absent.</summary>
    public IReadOnlyList<YamlMap> Maps(string key) => [.. List(key).Select((value, i) => Of($"{Path}: {key}[{i}]", value ?? ""))];

    /// <summary>Returns the strings of a list; empty if absent.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. List(key).Select(value => $"{value}")];

    /// <summary>Returns a scalar as a string, or null if absent.</summary>
    public string? Text(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        bool boolean => boolean ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        string text => text,
        _ => throw Invalid($"{key} should be a string"),
    };

    /// <summary>Returns an integer, or null if absent.</summary>
    public long? Number(string key) => Text(key) is not { } text ? null : long.TryParse(text, out var number) ? number : throw Invalid($"{key} should be an integer, got '{text}'");

    /// <summary>Returns whether a key has a value.</summary>
    public bool Has(string key) => _values.GetValueOrDefault(key) is not null;

    /// <summary>Returns this mapping with the values of another: mappings are merged, all other values replaced.</summary>
    public YamlMap MergeWith(YamlMap overrides) => new(overrides.Path, Merge(_values, overrides._values));

    /// <summary>Returns this mapping with all strings replaced, at any depth.</summary>
    public YamlMap ReplaceStrings(Func<string, string> replace) => new(Path, (Dictionary<object, object?>)ReplaceStrings(_values, replace)!);

    /// <summary>Returns the values.</summary>
    public Dictionary<string, object?> ToDictionary() => _values.ToDictionary(pair => $"{pair.Key}", pair => pair.Value);

    /// <summary>Checks that there are no other keys than these.</summary>
    /// <exception cref="ModelFileException">The mapping has another key.</exception>
    public YamlMap AllowOnly(params string[] known)
        => Keys.FirstOrDefault(key => !known.Contains(key)) is { } key ? throw Invalid($"{key} is unknown here; known keys are {string.Join(", ", known)}") : this;

    /// <summary>Returns the error of an invalid value in this mapping.</summary>
    public ModelFileException Invalid(string reason) => new($"{Path}: {reason}.");

    private List<object?> List(string key) => _values.GetValueOrDefault(key) switch
    {
        null => [],
        List<object?> list => list,
        _ => throw Invalid($"{key} should be a list"),
    };

    private static object? ReplaceStrings(object? value, Func<string, string> replace) => value switch
    {
        string text => replace(text),
        List<object?> list => list.ConvertAll(item => ReplaceStrings(item, replace)),
        Dictionary<object, object?> map => map.ToDictionary(pair => pair.Key, pair => ReplaceStrings(pair.Value, replace)),
        _ => value,
    };

    private static YamlMap Of(string path, object value)
        => value is Dictionary<object, object?> values ? new YamlMap(path, values) : throw new ModelFileException($"{path}: should be a mapping, got '{value}'.");

    private static Dictionary<object, object?> Merge(Dictionary<object, object?> defaults, Dictionary<object, object?> overrides)
    {
        var merged = new Dictionary<object, object?>(defaults);
        foreach (var (key, value) in overrides)
        {
            merged[key] = merged.GetValueOrDefault(key) is Dictionary<object, object?> below && value is Dictionary<object, object?> above ? Merge(below, above) : value;
        }
        return merged;
    }
}
