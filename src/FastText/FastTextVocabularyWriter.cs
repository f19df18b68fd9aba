using System.Buffers.Text;

namespace InferenceServices.FastText;

/// <summary>Writes the files of <see cref="FastTextVocabulary"/>, one entry at a time, with constant memory.</summary>
public sealed class FastTextVocabularyWriter : IDisposable
{
    private readonly string _directory;
    private readonly FastTextTokenizerSettings _settings;
    private readonly FileStream _words;
    private readonly FileStream _labels;
    private readonly FileStream? _buckets;
    private int _wordCount, _labelCount, _bucketCount;

    /// <param name="directory">An existing directory.</param>
    /// <param name="settings">Settings; the counts are replaced by the number of written entries. Non-null <see cref="FastTextTokenizerSettings.Buckets"/> means a pruned model.</param>
    public FastTextVocabularyWriter(string directory, FastTextTokenizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _directory = directory;
        _settings = settings;
        _words = Create(FastTextFiles.Words);
        _labels = Create(FastTextFiles.Labels);
        _buckets = settings.Buckets is null ? null : Create(FastTextFiles.Buckets);
    }

    /// <summary>Adds the word of the next row.</summary>
    /// <param name="word">Raw bytes without LF.</param>
    public void AddWord(ReadOnlySpan<byte> word)
    {
        WriteLine(_words, word);
        _wordCount++;
    }

    /// <summary>Adds the label of the next output column.</summary>
    /// <param name="label">UTF-8 without LF and without the label prefix.</param>
    public void AddLabel(ReadOnlySpan<byte> label)
    {
        WriteLine(_labels, label);
        _labelCount++;
    }

    /// <summary>Adds the hash bucket of the next bucket row. Only for pruned models.</summary>
    public void AddBucket(int bucket)
    {
        if (_buckets is null)
            throw new InvalidOperationException("The model is not pruned: Buckets of the settings is null.");

        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(bucket, digits, out var length);
        WriteLine(_buckets, digits[..length]);
        _bucketCount++;
    }

    /// <summary>Writes <c>tokenizer.json</c>, which makes the directory complete.</summary>
    public void Complete()
    {
        Dispose();
        var settings = _settings with { Words = _wordCount, Labels = _labelCount, Buckets = _buckets is null ? null : _bucketCount };
        using var file = Create(FastTextFiles.Tokenizer);
        FastTextSettingsJson.Write(file, settings);
        file.WriteByte((byte)'\n');
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _words.Dispose();
        _labels.Dispose();
        _buckets?.Dispose();
    }

    private static void WriteLine(FileStream file, ReadOnlySpan<byte> line)
    {
        if (line.Contains((byte)'\n'))
            throw new InvalidDataException($"{Path.GetFileName(file.Name)}: an entry contains a line break");
        file.Write(line);
        file.WriteByte((byte)'\n');
    }

    private FileStream Create(string name) => new(Path.Combine(_directory, name), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
}
