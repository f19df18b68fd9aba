using System.Text;
using InferenceServices.FastText;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>The dictionary of a model file. Words can be millions and stay in the file; labels and buckets are read into memory.</summary>
/// <remarks>Source: fastText 0.9.2, Dictionary::load; entries are words first, then labels.</remarks>
internal sealed class FastTextDictionary
{
    private const string Part = "dictionary";
    private const int SmallestEntry = 1 + sizeof(long) + 1;
    private const int LongestWord = 1 << 24;

    private readonly FileCursor _file;
    private readonly long _words;
    private byte[] _word = new byte[256];

    public FastTextDictionary(FileCursor file, int bucketCount)
    {
        _file = file;
        var entries = file.ReadInt32(Part);
        WordCount = file.ReadInt32(Part);
        var labels = file.ReadInt32(Part);
        file.Skip(sizeof(long), Part);   // tokens seen in training
        var retained = file.ReadInt64(Part);
        if (WordCount < 0 || labels < 1 || entries != (long)WordCount + labels || retained < -1)
            throw file.Error($"is corrupt: its dictionary declares {entries} entries, {WordCount} words and {labels} labels");
        file.Require((long)entries * SmallestEntry, Part);

        _words = file.Position;
        for (var i = 0; i < WordCount; i++)
            ReadEntry(isLabel: false, out _);
        var read = new List<FastTextLabel>();
        for (var i = 0; i < labels; i++)
            read.Add(new(ReadEntry(isLabel: true, out var count).ToArray(), count));
        Labels = read;
        Buckets = retained < 0 ? null : ReadBuckets(retained, bucketCount);
    }

    public int WordCount { get; }

    public IReadOnlyList<FastTextLabel> Labels { get; }

    /// <summary>Gets the hash buckets in the order of their rows; null if the model is not pruned.</summary>
    public IReadOnlyList<int>? Buckets { get; }

    public void CopyWords(FastTextVocabularyWriter writer)
    {
        _file.Position = _words;
        for (var i = 0; i < WordCount; i++)
            writer.AddWord(ReadEntry(isLabel: false, out _));
    }

    private ReadOnlySpan<byte> ReadEntry(bool isLabel, out long count)
    {
        var length = 0;
        for (byte value; (value = _file.ReadByte(Part)) != 0; _word[length++] = value)
        {
            if (value == '\n' || length == LongestWord)
                throw _file.Error("is corrupt: a word of its dictionary has a line break or no terminator");
            if (length == _word.Length)
                Array.Resize(ref _word, length * 2);
        }
        count = _file.ReadInt64(Part);
        var type = _file.ReadByte(Part);
        if (type != (isLabel ? 1 : 0) || count < 0)
            throw _file.Error($"is corrupt: its dictionary has a {(isLabel ? "label" : "word")} of an unknown type, '{Readable(_word.AsSpan(0, length))}'");
        return _word.AsSpan(0, length);
    }

    private int[] ReadBuckets(long retained, int bucketCount)
    {
        const string Buckets = "list of retained buckets";
        if (retained > bucketCount)
            throw _file.Error($"is corrupt: it has {retained} of {bucketCount} buckets");
        _file.Require(retained * 2 * sizeof(int), Buckets);
        var buckets = new int[retained];
        Array.Fill(buckets, -1);
        for (var i = 0; i < retained; i++)
        {
            var bucket = _file.ReadInt32(Buckets);
            var position = _file.ReadInt32(Buckets);
            if (bucket < 0 || bucket >= bucketCount || position < 0 || position >= retained || buckets[position] >= 0)
                throw _file.Error("is corrupt: its list of retained buckets is inconsistent");
            buckets[position] = bucket;
        }
        if (new HashSet<int>(buckets).Count != buckets.Length)
            throw _file.Error("is corrupt: its list of retained buckets is inconsistent");
        return buckets;
    }

    private static string Readable(ReadOnlySpan<byte> word) => Encoding.UTF8.GetString(word[..Math.Min(word.Length, 40)]);
}
