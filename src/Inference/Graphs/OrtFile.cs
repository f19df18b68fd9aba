using System.Buffers.Binary;
using System.Text;

namespace InferenceServices.Inference.Graphs;

/// <summary>Reads files in ORT format.</summary>
internal static class OrtFile
{
    private const int BlockSize = 1 << 20;

    /// <summary>Finds an operator by name, anywhere in the file: a FlatBuffers string is its length, its bytes and a zero.</summary>
    /// <returns>The first name in the list that the file has; null if there is none.</returns>
    public static string? FindOperator(string path, IReadOnlyList<string> names)
    {
        byte[][] patterns = [.. names.Select(PatternOf)];
        var longest = patterns.Max(pattern => pattern.Length);
        var found = new bool[patterns.Length];
        var buffer = new byte[BlockSize + longest];
        using var file = File.OpenRead(path);
        for (int read, carried = 0; (read = file.Read(buffer, carried, BlockSize)) > 0;)
        {
            var seen = buffer.AsSpan(0, carried + read);
            for (var i = 0; i < patterns.Length; i++) found[i] |= seen.IndexOf(patterns[i]) >= 0;
            // A name may span two blocks.
            carried = Math.Min(longest - 1, seen.Length);
            seen[^carried..].CopyTo(buffer);
        }
        var index = Array.IndexOf(found, true);
        return index < 0 ? null : names[index];
    }

    private static byte[] PatternOf(string name)
    {
        var pattern = new byte[sizeof(int) + name.Length + 1];
        BinaryPrimitives.WriteInt32LittleEndian(pattern, name.Length);
        Encoding.ASCII.GetBytes(name, pattern.AsSpan(sizeof(int)));
        return pattern;
    }
}
