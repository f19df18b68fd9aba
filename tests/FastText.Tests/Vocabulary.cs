using System.Buffers;
using System.Text;

namespace InferenceServices.FastText.Tests;

/// <summary>Builds small vocabularies through the writer and the reader, so that every test covers the file format.</summary>
internal static class Vocabulary
{
    /// <summary>The dictionary of a model that Debian's fasttext 0.9.2 trained with -minn 2 -maxn 3 -bucket 1000; row 8 is bucket 0.</summary>
    public static readonly string[] Trained = ["the", "</s>", "a", "quick", "été", "日本", "fox", "dog"];

    public static FastTextTokenizerSettings Settings(int minn = 0, int maxn = 0, int bucket = 1000, int wordNgrams = 1, string labelPrefix = "__label__")
        => new() { Minn = minn, Maxn = maxn, Bucket = bucket, WordNgrams = wordNgrams, LabelPrefix = labelPrefix };

    public static FastTextVocabulary Of(FastTextTokenizerSettings settings, IEnumerable<string> words, int[]? buckets = null, string[]? labels = null)
        => InDirectory(directory =>
        {
            Write(directory, settings, words, buckets, labels);
            return FastTextVocabulary.Load(directory);
        });

    public static void Write(
        string directory, FastTextTokenizerSettings settings, IEnumerable<string> words, int[]? buckets = null, string[]? labels = null)
    {
        using var writer = new FastTextVocabularyWriter(directory, settings with { Buckets = buckets?.Length });
        foreach (var word in words)
            writer.AddWord(Encoding.UTF8.GetBytes(word));
        foreach (var bucket in buckets ?? [])
            writer.AddBucket(bucket);
        foreach (var label in labels ?? ["x", "y"])
            writer.AddLabel(Encoding.UTF8.GetBytes(label));
        writer.Complete();
    }

    public static long[] Rows(this FastTextVocabulary vocabulary, string text) => vocabulary.Rows(Encoding.UTF8.GetBytes(text));

    public static long[] Rows(this FastTextVocabulary vocabulary, byte[] utf8)
    {
        var rows = new ArrayBufferWriter<long>();
        new FastTextTokenizer(vocabulary).Tokenize(utf8, rows);
        return rows.WrittenSpan.ToArray();
    }

    public static T InDirectory<T>(Func<string, T> use)
    {
        var directory = Directory.CreateTempSubdirectory("fasttext-tests-").FullName;
        try
        {
            return use(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
