namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>A supervised fastText model, <c>.bin</c> or <c>.ftz</c>, checked to its last byte. Weights and words are read when asked for.</summary>
/// <remarks>Source: fastText 0.9.2, FastText::checkModel and loadModel. All numbers are little-endian.</remarks>
internal sealed class FastTextModelFile : IDisposable
{
    public const int Magic = 793712314;
    private const int OldestVersion = 11, NewestVersion = 12;
    private const string InputPart = "input matrix", OutputPart = "output matrix";

    private readonly FileCursor _file;

    private FastTextModelFile(FileCursor file)
    {
        _file = file;
        const string Part = "header";
        if (file.Length < sizeof(int) || file.ReadInt32(Part) != Magic)
            throw file.Refuse("is not a fastText model: it does not begin with fastText's mark");
        Version = file.ReadInt32(Part);
        if (Version is < OldestVersion or > NewestVersion)
            throw file.Refuse($"has version {Version} of fastText's format; only {OldestVersion} and {NewestVersion} are known");

        Args = FastTextArgs.Read(file, Version);
        Dictionary = new FastTextDictionary(file, Args.Bucket);
        var quantized = file.ReadBoolean(InputPart);
        if (!quantized && Dictionary.Buckets is not null)
            throw file.Refuse("is pruned but not quantized, which fastText itself refuses");
        Input = quantized ? new QuantizedRows(file, InputPart) : new DenseRows(file, InputPart);
        var quantizedOutput = file.ReadBoolean(OutputPart);
        Output = quantized && quantizedOutput ? new QuantizedRows(file, OutputPart) : new DenseRows(file, OutputPart);
        CheckSizes();
    }

    public int Version { get; }

    public FastTextArgs Args { get; }

    public FastTextDictionary Dictionary { get; }

    /// <summary>FP32 [rows, dim]: words, then buckets.</summary>
    public IRowSource Input { get; }

    /// <summary>FP32 [labels, dim]; with hierarchical softmax the rows are inner nodes of the tree.</summary>
    public IRowSource Output { get; }

    public long SizeBytes => _file.Length;

    /// <exception cref="ModelFileException">The file is missing, no supervised fastText model, cut off or damaged.</exception>
    public static FastTextModelFile Open(string path)
    {
        var file = new FileCursor(path);
        try
        {
            return new FastTextModelFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads whether a file begins as fastText's do.</summary>
    public static bool HasMagic(string path)
    {
        using var file = new FileCursor(path);
        return file.Length >= sizeof(int) && file.ReadInt32("header") == Magic;
    }

    public void Dispose() => _file.Dispose();

    private void CheckSizes()
    {
        var rows = Dictionary.WordCount + (long)(Dictionary.Buckets?.Count ?? Args.Bucket);
        if (Input.Columns != Args.Dim || Input.Rows < rows)
            throw _file.Refuse($"is damaged: its dictionary needs {rows} rows of {Args.Dim} numbers, its input matrix has {Input.Rows} of {Input.Columns}");
        if (Output.Columns != Args.Dim || Output.Rows != Dictionary.Labels.Count)
            throw _file.Refuse($"is damaged: {Dictionary.Labels.Count} labels need as many rows of {Args.Dim} numbers, its output matrix has {Output.Rows} of {Output.Columns}");
        if (_file.Remaining != 0)
            throw _file.Refuse($"is damaged: {_file.Remaining} bytes follow its end");
    }
}
