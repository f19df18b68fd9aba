using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace InferenceServices.Testing.Blubber;

/// <summary>Reads requirements: a plain path is copied from the build context to the same path.</summary>
internal sealed class RequirementConverter : IYamlTypeConverter
{
    public bool Accepts(Type type) => type == typeof(Requirements);

    public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
    {
        var copies = new Requirements();
        parser.Consume<SequenceStart>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            copies.Add(parser.TryConsume<Scalar>(out var path) ? new Copy { From = Copy.Local, Source = path.Value, Destination = PlaceOf(path.Value) } : (Copy)rootDeserializer(typeof(Copy))!);
        return copies;
    }

    public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) => throw new NotSupportedException();

    // A folder is copied to the folder of the same name, a file to its parent folder.
    private static string PlaceOf(string path) => path.EndsWith('/') ? path : $"{(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".")}/";
}
