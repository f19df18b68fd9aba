using System.Text;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Reads the operators of an ONNX file. Weights are skipped by position, not read, so that a file of gigabytes takes as long as its nodes do.
/// </summary>
/// <remarks>Field numbers are those of onnx.proto, protobuf wire format.</remarks>
internal sealed class GraphOperators : IDisposable
{
    private const int MaxNameLength = 1024;
    private const int MaxDepth = 32;

    private readonly FileStream _file;
    private readonly HashSet<string> _operators = new(StringComparer.Ordinal);
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);

    private GraphOperators(string path) => _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <summary>Returns the operators of the main graph, its subgraphs and the model's functions, sorted.</summary>
    /// <param name="path">An <c>.onnx</c> or <c>.ort</c> file.</param>
    /// <returns><c>Gemm</c>, <c>ai.onnx.ml.Scaler</c>; null for ORT format and for a file that cannot be read.</returns>
    public static IReadOnlyList<string>? Read(string path)
    {
        if (Path.GetExtension(path) == ".ort") return null;
        try
        {
            using var reader = new GraphOperators(path);
            reader.ReadModel();
            // A node that calls a function is not a kernel; the nodes of the function are.
            reader._operators.ExceptWith(reader._functions);
            return [.. reader._operators.Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private void ReadModel()
    {
        while (ReadField(_file.Length) is { } field)
        {
            if (field is (7, var graph)) ReadGraph(graph, 0);
            else if (field is (25, var function)) ReadFunction(function);
            else Skip(field);
        }
    }

    private void ReadGraph(long end, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("subgraphs are nested too deeply");
        while (ReadField(end) is { } field)
        {
            if (field is (1, var node)) ReadNode(node, depth);
            else Skip(field);
        }
    }

    private void ReadFunction(long end)
    {
        var (name, domain) = ("", "");
        while (ReadField(end) is { } field)
        {
            if (field is (1, var nameEnd)) name = ReadText(nameEnd);
            else if (field is (10, var domainEnd)) domain = ReadText(domainEnd);
            else if (field is (7, var node)) ReadNode(node, 0);
            else Skip(field);
        }
        _functions.Add(NameOf(domain, name));
    }

    private void ReadNode(long end, int depth)
    {
        var (type, domain) = ("", "");
        while (ReadField(end) is { } field)
        {
            if (field is (4, var typeEnd)) type = ReadText(typeEnd);
            else if (field is (7, var domainEnd)) domain = ReadText(domainEnd);
            else if (field is (5, var attribute)) ReadAttribute(attribute, depth);
            else Skip(field);
        }
        _operators.Add(NameOf(domain, type));
    }

    private void ReadAttribute(long end, int depth)
    {
        while (ReadField(end) is { } field)
        {
            if (field is (6 or 11, var graph)) ReadGraph(graph, depth + 1);
            else Skip(field);
        }
    }

    // "" and "ai.onnx" are the same domain.
    private static string NameOf(string domain, string type) => domain is "" or "ai.onnx" ? type : $"{domain}.{type}";

    /// <summary>Reads the tag and the length of the next field with a length; fields of numbers are skipped.</summary>
    /// <returns>Field number and end of the content; null at the end of the message.</returns>
    private (int Number, long End)? ReadField(long end)
    {
        while (_file.Position < end)
        {
            var tag = ReadVarint();
            switch (tag & 7)
            {
                case 0: _ = ReadVarint(); break;
                case 1: _file.Position += 8; break;
                case 5: _file.Position += 4; break;
                case 2:
                    var length = ReadVarint();
                    if (length > (ulong)(end - _file.Position)) throw new InvalidDataException("a field is longer than its message");
                    return ((int)(tag >> 3), _file.Position + (long)length);
                default: throw new InvalidDataException("unknown wire type");
            }
        }
        return _file.Position == end ? null : throw new InvalidDataException("a message is longer than its length");
    }

    private void Skip((int Number, long End) field) => _file.Position = field.End;

    private string ReadText(long end)
    {
        var length = end - _file.Position;
        if (length > MaxNameLength) throw new InvalidDataException("a name is too long");
        Span<byte> bytes = stackalloc byte[(int)length];
        _file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var read = _file.ReadByte();
            if (read < 0) throw new InvalidDataException("the file is truncated");
            value |= (ulong)(read & 0x7f) << shift;
            if (read < 0x80) return value;
        }
        throw new InvalidDataException("a number is too long");
    }
}
