namespace InferenceServices.StorageInitializer.Tests;

/// <summary>One run of the program with its own folder and environment.</summary>
internal sealed class Run : IDisposable
{
    private readonly Dictionary<string, string> _environment = new() { ["STORAGE_RETRY_DELAY_MS"] = "1", ["S3_READ_TIMEOUT"] = "20" };
    private readonly StringWriter _output = new();
    private readonly StringWriter _log = new();

    public Run(params (string Name, string Value)[] environment)
    {
        foreach (var (name, value) in environment) _environment[name] = value;
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("storage-initializer-tests-").FullName;

    public string Destination => Path.Combine(Folder, "models");

    /// <summary>The last line of the log, without the line break.</summary>
    public string LastLine => _log.ToString().TrimEnd().Split('\n')[^1];

    public string Log => _log.ToString();

    public string Output => _output.ToString();

    /// <summary>The published files, relative to the destination and sorted.</summary>
    public string[] Files
        => [.. Directory.GetFiles(Destination, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Destination, path)).Where(path => !path.StartsWith(".partial", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public Run With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    public Task<int> FetchAsync(string source) => ArgumentsAsync(source, Destination);

    public Task<int> ArgumentsAsync(params string[] args)
        => InitializerProgram.RunAsync(args, new StorageEnvironment(_environment), _output, _log, CancellationToken.None);

    public byte[] Read(string relative) => File.ReadAllBytes(Path.Combine(Destination, relative));

    /// <summary>Asserts that exactly these files are published.</summary>
    public async Task FetchesAsync(string source, params (string Path, byte[] Content)[] files)
    {
        var code = await FetchAsync(source);
        Assert.True(code == 0, Log);
        Assert.Equal(files.Select(file => file.Path).Order(StringComparer.Ordinal), Files);
        Assert.All(files, file => Assert.True(file.Content.AsSpan().SequenceEqual(Read(file.Path)), $"{file.Path} has different content"));
        Assert.False(Directory.Exists(Path.Combine(Destination, ".partial")));
    }

    /// <summary>Asserts a failure with its category and message, and that nothing is published.</summary>
    public async Task FailsAsync(string source, FailureCategory category, string sentence)
    {
        var code = await FetchAsync(source);
        Assert.Equal((int)category, code);
        Assert.Contains(sentence, LastLine, StringComparison.Ordinal);
        Assert.StartsWith($"storage-initializer: {category.ToWord()}: ", LastLine, StringComparison.Ordinal);
        Assert.Empty(Files);
        // Corrupt data must not be resumed.
        if (category is FailureCategory.Corrupt or FailureCategory.Archive) Assert.Empty(Directory.GetFileSystemEntries(Destination));
    }

    /// <summary>Returns random bytes, the same for each length.</summary>
    public static byte[] Content(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        _output.Dispose();
        _log.Dispose();
    }
}
