using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace InferenceServices.ModelTools.Manifests;

/// <summary>A mapping of a YAML file that knows where it stands, so that what is wrong in it can be said by its path.</summary>
internal sealed class YamlMap
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    // Quotes strings that would be read as something else; aliases are written out, because not every reader of manifests knows them.
    private static readonly ISerializer Writer = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().WithIndentedSequences().Build();

    private readonly Dictionary<object, object?> _values;

    private YamlMap(string path, Dictionary<object, object?> values) => (Path, _values) = (path, values);

    /// <summary>File and keys, as a message names them.</summary>
    public string Path { get; }

    public IEnumerable<string> Keys => _values.Keys.Select(key => $"{key}");

    /// <summary>The documents of a file, each a mapping; empty ones are left out.</summary>
    /// <exception cref="ModelFileException">The file is no YAML, or a document no mapping.</exception>
    public static IReadOnlyList<YamlMap> Read(string path) => Parse(path, File.ReadAllText(path));

    /// <summary>As <see cref="Read"/>, of text.</summary>
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

    /// <summary>One mapping as a document of YAML.</summary>
    public static string Write(IReadOnlyDictionary<string, object?> document) => Writer.Serialize(document);

    /// <summary>The mapping of a key, or an empty one.</summary>
    public YamlMap Map(string key) => _values.GetValueOrDefault(key) is { } value ? Of($"{Path}: {key}", value) : new YamlMap($"{Path}: {key}", []);

    /// <summary>The mappings of a list, or none.</summary>
    public IReadOnlyList<YamlMap> Maps(string key) => [.. List(key).Select((value, i) => Of($"{Path}: {key}[{i}]", value ?? ""))];

    /// <summary>The texts of a list, or none.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. List(key).Select(value => $"{value}")];

    /// <summary>A text, as it was written where it looks like a number.</summary>
    public string? Text(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        string text => text,
        _ => throw Wrong($"{key} should be a text"),
    };

    /// <summary>A whole number.</summary>
    public long? Number(string key) => Text(key) is not { } text ? null : long.TryParse(text, out var number) ? number : throw Wrong($"{key} should be a whole number, got '{text}'");

    public bool Has(string key) => _values.GetValueOrDefault(key) is not null;

    /// <summary>Values of this one and of another laid over it: mappings are merged, anything else is replaced.</summary>
    public YamlMap With(YamlMap over) => new(over.Path, Merge(_values, over._values));

    /// <summary>The same with every text in it, however deep, made another.</summary>
    public YamlMap Select(Func<string, string> change) => new(Path, (Dictionary<object, object?>)Select(_values, change)!);

    /// <summary>Its values, to be written.</summary>
    public Dictionary<string, object?> ToDictionary() => _values.ToDictionary(pair => $"{pair.Key}", pair => pair.Value);

    /// <exception cref="ModelFileException">It has another key.</exception>
    public YamlMap Only(params string[] known)
        => Keys.FirstOrDefault(key => !known.Contains(key)) is { } key ? throw Wrong($"{key} is not known here; known are {string.Join(", ", known)}") : this;

    public ModelFileException Wrong(string what) => new($"{Path}: {what}.");

    private List<object?> List(string key) => _values.GetValueOrDefault(key) switch
    {
        null => [],
        List<object?> list => list,
        _ => throw Wrong($"{key} should be a list"),
    };

    private static object? Select(object? value, Func<string, string> change) => value switch
    {
        string text => change(text),
        List<object?> list => list.ConvertAll(item => Select(item, change)),
        Dictionary<object, object?> map => map.ToDictionary(pair => pair.Key, pair => Select(pair.Value, change)),
        _ => value,
    };

    private static YamlMap Of(string path, object value)
        => value is Dictionary<object, object?> values ? new YamlMap(path, values) : throw new ModelFileException($"{path}: should be a mapping, got '{value}'.");

    private static Dictionary<object, object?> Merge(Dictionary<object, object?> under, Dictionary<object, object?> over)
    {
        var merged = new Dictionary<object, object?>(under);
        foreach (var (key, value) in over)
        {
            merged[key] = merged.GetValueOrDefault(key) is Dictionary<object, object?> below && value is Dictionary<object, object?> above ? Merge(below, above) : value;
        }
        return merged;
    }
}
