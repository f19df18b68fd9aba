namespace InferenceServices.FastText;

/// <summary>Lines of a file in one block of bytes. Only LF separates lines: a word may contain any other byte.</summary>
internal sealed class LineFile
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    private LineFile(byte[] bytes, int[] starts) => (_bytes, _starts) = (bytes, starts);

    public int Count => _starts.Length - 1;

    public ReadOnlySpan<byte> this[int line] => _bytes.AsSpan(_starts[line], _starts[line + 1] - _starts[line] - 1);

    /// <param name="directory">The model directory.</param>
    /// <param name="name">File name in the directory.</param>
    /// <param name="expected">Expected number of lines.</param>
    /// <exception cref="InvalidDataException">The file has another number of lines, or its last line is cut off.</exception>
    public static LineFile Read(string directory, string name, int expected)
    {
        var bytes = File.ReadAllBytes(Path.Combine(directory, name));
        if (bytes.Length > 0 && bytes[^1] != '\n')
            throw new InvalidDataException($"{name}: the last line is cut off");

        var lines = bytes.AsSpan().Count((byte)'\n');
        if (lines != expected)
            throw new InvalidDataException($"{name}: {lines} lines, but {FastTextFiles.Tokenizer} says {expected}");

        var starts = new int[lines + 1];
        for (var line = 0; line < lines; line++)
            starts[line + 1] = starts[line] + bytes.AsSpan(starts[line]).IndexOf((byte)'\n') + 1;
        return new LineFile(bytes, starts);
    }
}
