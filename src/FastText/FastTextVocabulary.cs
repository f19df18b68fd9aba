using System.Text;

namespace InferenceServices.FastText;

/// <summary>Dictionary of a converted fastText model: embedding rows of words and hash buckets. Immutable, thread-safe.</summary>
/// <remarks>
/// Source: fastText 0.9.2, Dictionary. Rows 0 … <see cref="WordCount"/>-1 are words; then one row per hash bucket, or, in a pruned model,
/// one row per retained bucket. The files are described in <see cref="FastTextFiles"/>.
/// </remarks>
public sealed class FastTextVocabulary
{
    private readonly WordTable _words;
    private readonly BucketTable? _buckets;
    private readonly HashSet<string>? _labelTokens;

    private FastTextVocabulary(FastTextTokenizerSettings settings, WordTable words, string[] labels, BucketTable? buckets)
    {
        Settings = settings;
        Labels = labels;
        _words = words;
        _buckets = buckets;
        // The default prefix alone identifies a label; with another prefix the labels are compared.
        if (settings.LabelPrefix != FastTextTokenizerSettings.DefaultLabelPrefix)
            _labelTokens = [.. labels.Select(label => settings.LabelPrefix + label)];
    }

    /// <summary>Settings of <c>tokenizer.json</c>.</summary>
    public FastTextTokenizerSettings Settings { get; }

    /// <summary>Labels in the order of the output's columns, without prefix; length <c>labels</c>.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Number of words; also the row of the first bucket.</summary>
    public int WordCount => _words.Count;

    /// <summary>Number of embedding rows that the tokenizer may return.</summary>
    public long RowCount => WordCount + (long)(Settings.Buckets ?? Settings.Bucket);

    /// <summary>Loads the vocabulary of a converted model. 7,000 words and 50,000 buckets take a few milliseconds.</summary>
    /// <param name="directory">A directory written by <c>isvc convert fasttext</c>.</param>
    /// <exception cref="InvalidDataException">A file is damaged or does not fit the others; the message names it.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static FastTextVocabulary Load(string directory)
    {
        var settings = ReadSettings(Path.Combine(directory, FastTextFiles.Tokenizer));
        var words = LineFile.Read(directory, FastTextFiles.Words, settings.Words);
        var labelLines = LineFile.Read(directory, FastTextFiles.Labels, settings.Labels);
        var labels = new string[labelLines.Count];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = Encoding.UTF8.GetString(labelLines[i]);

        var buckets = settings.Buckets is { } bucketLines
            ? new BucketTable(LineFile.Read(directory, FastTextFiles.Buckets, bucketLines), settings.Bucket)
            : null;
        return new FastTextVocabulary(settings, new WordTable(words), labels, buckets);
    }

    /// <summary>Returns the row of a word, or -1.</summary>
    internal int FindWord(ReadOnlySpan<byte> word, uint hash) => _words.Find(word, hash);

    /// <param name="bucket">A hash modulo <see cref="FastTextTokenizerSettings.Bucket"/>.</param>
    /// <returns>The row of the bucket, or -1 if it was pruned.</returns>
    internal long FindBucket(uint bucket)
    {
        if (_buckets is null)
            return WordCount + (long)bucket;

        var position = _buckets.Find(bucket);
        return position < 0 ? -1 : WordCount + (long)position;
    }

    /// <summary>Returns whether a token that is not a word is a label. Labels in a text are skipped.</summary>
    /// <remarks>Source: fastText 0.9.2, Dictionary::getLine and getType; the prefix is always the default one when a model is read.</remarks>
    internal bool IsLabel(ReadOnlySpan<byte> token)
        => token.StartsWith("__label__"u8) || (_labelTokens is not null && _labelTokens.Contains(Encoding.UTF8.GetString(token)));

    private static FastTextTokenizerSettings ReadSettings(string path)
    {
        var settings = FastTextSettingsJson.Read(File.ReadAllBytes(path));
        if (settings.Minn < 0 || settings.Maxn < 0 || settings.Bucket < 0 || settings.WordNgrams < 0
            || settings.Words < 0 || settings.Labels < 0 || settings.Buckets < 0)
            throw new InvalidDataException($"{FastTextFiles.Tokenizer}: a number is missing or negative");
        if (settings.Bucket == 0 && (settings.Maxn > 0 || settings.WordNgrams > 1))
            throw new InvalidDataException($"{FastTextFiles.Tokenizer}: subwords or word n-grams need a bucket above 0");
        return settings;
    }
}
