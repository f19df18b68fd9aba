using Newtonsoft.Json.Linq;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace InferenceServices.Shipping.Tests;

/// <summary>Converts YAML to JSON as Kubernetes and Blubber do: the text of an unquoted scalar determines its type.</summary>
internal static class YamlTokens
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().WithDuplicateKeyChecking().Build();

    public static IReadOnlyList<JObject> Read(string path) => Parse(File.ReadAllText(path));

    public static IReadOnlyList<JObject> Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        var documents = new List<JObject>();
        parser.Consume<StreamStart>();
        while (parser.Current is DocumentStart)
        {
            if (Reader.Deserialize(parser) is { } document) documents.Add((JObject)TokenOf(document));
        }
        return documents;
    }

    private static JToken TokenOf(object? value) => value switch
    {
        Dictionary<object, object?> map => new JObject(map.Select(pair => new JProperty($"{pair.Key}", TokenOf(pair.Value)))),
        List<object?> list => new JArray(list.Select(TokenOf)),
        null => JValue.CreateNull(),
        _ => JToken.FromObject(value),
    };
}
