using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace InferenceServices.Benchmarks.Mibc;

/// <summary>
/// Writes profiles as instructions of global methods, one for each group of assemblies: <c>ldtoken</c> of a method, its counts as constants, <c>pop</c>.
/// The method AssemblyDictionary lists the groups.
/// </summary>
internal sealed class MibcWriter
{
    private readonly MibcMetadata _metadata;
    private readonly InstructionEncoder _code = new(new BlobBuilder());

    private MibcWriter(MibcMetadata metadata) => _metadata = metadata;

    public static void Write(string path, MibcMetadata metadata, IEnumerable<MethodProfile> methods)
    {
        var dictionary = new MibcWriter(metadata);
        foreach (var group in methods.GroupBy(method => GroupName(method.Method)).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var writer = new MibcWriter(metadata);
            foreach (var method in group) writer.Add(method);
            dictionary._code.LoadString(metadata.Text(group.Key));
            dictionary.LoadToken(metadata.AddGlobalMethod("Group " + group.Key, writer._code));
            dictionary._code.OpCode(ILOpCode.Pop);
        }
        metadata.AddGlobalMethod("AssemblyDictionary", dictionary._code);
        Compress(path, metadata.Image());
    }

    // The assembly that defines the method is first.
    private static string GroupName(MethodName method) => string.Concat(method.Assemblies.Remove(method.Assembly).Prepend(method.Assembly).Select(name => name + ';'));

    private static void Compress(string path, BlobBuilder image)
    {
        File.Delete(path);
        using var file = ZipFile.Open(path, ZipArchiveMode.Create);
        var entry = file.CreateEntry(Path.GetFileName(path) + ".dll", CompressionLevel.SmallestSize);
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        image.WriteContentTo(stream);
    }

    private void Add(MethodProfile profile)
    {
        LoadToken(_metadata.Method(profile.Method));
        _code.LoadString(_metadata.Text("InstrumentationDataStart"));
        foreach (var element in profile.Elements) Add(element);
        _code.LoadString(_metadata.Text("InstrumentationDataEnd"));
        // Twice: after a method that does not exist, ILC reads the first as the end of that method and needs the second to read the next method.
        _code.OpCode(ILOpCode.Pop);
        _code.OpCode(ILOpCode.Pop);
    }

    private void Add(ProfileElement element)
    {
        const int AllFields = 0xf;
        foreach (var field in (ReadOnlySpan<int>)[AllFields, element.Offset, element.Kind, element.Count, element.Other]) _code.LoadConstantI4(field);
        foreach (var value in element.Values)
        {
            switch (value)
            {
                case TypeName type: LoadToken(_metadata.Type(type)); break;
                case MethodName method: LoadToken(_metadata.Method(method)); break;
                case long number and >= int.MinValue and <= int.MaxValue: _code.LoadConstantI4((int)number); break;
                case long number: _code.LoadConstantI8(number); break;
            }
        }
    }

    private void LoadToken(EntityHandle token)
    {
        _code.OpCode(ILOpCode.Ldtoken);
        _code.Token(token);
    }
}
