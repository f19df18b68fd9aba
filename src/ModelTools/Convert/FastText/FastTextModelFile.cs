namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>A supervised fastText model, <c>.bin</c> or <c>.ftz</c>, validated to its last byte. Weights and words are read on demand.</summary>
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
            throw file.Error("is not a fastText model: fastText's magic number is missing");
        Version = file.ReadInt32(Part);
        if (Version is < OldestVersion or > NewestVersion)
            throw file.Error($"has version {Version} of fastText's format; supported versions are {OldestVersion} and {NewestVersion}");

        Args = FastTextArgs.Read(file, Version);
        Dictionary = new FastTextDictionary(file, Args.Bucket);
        var quantized = file.ReadBoolean(InputPart);
        if (!quantized && Dictionary.Buckets is not null)
            throw file.Error("is pruned but not quantized, which fastText does not support");
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

    /// <exception cref="ModelFileException">The file is missing, truncated, corrupt, or not a supervised fastText model.</exception>
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

    /// <summary>Returns whether a file starts with fastText's magic number.</summary>
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
            throw _file.Error($"is corrupt: its dictionary needs {rows} rows of {Args.Dim} numbers, its input matrix has {Input.Rows} of {Input.Columns}");
        if (Output.Columns != Args.Dim || Output.Rows != Dictionary.Labels.Count)
            throw _file.Error($"is corrupt: {Dictionary.Labels.Count} labels need as many rows of {Args.Dim} numbers, its output matrix has {Output.Rows} of {Output.Columns}");
        if (_file.Remaining != 0)
            throw _file.Error($"is corrupt: {_file.Remaining} bytes follow its end");
    }
}
