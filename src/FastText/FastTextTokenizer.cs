using System.Buffers;

namespace InferenceServices.FastText;

/// <summary>Converts text into embedding rows; their mean is the text vector of fastText. A pure function of vocabulary and text; thread-safe.</summary>
/// <remarks>
/// Source: fastText 0.9.2, Dictionary::getLine, readWord, addSubwords, computeSubwords, addWordNgrams and pushHash.
/// fastText reads one line at a time, so only text up to the first LF counts; end of text and LF both give the word <c>&lt;/s&gt;</c>.
/// </remarks>
/// <param name="vocabulary">Dictionary of the model that receives the rows.</param>
public sealed class FastTextTokenizer(FastTextVocabulary vocabulary)
{
    private const int StackWords = 128;

    private readonly uint _minn = (uint)vocabulary.Settings.Minn;
    private readonly uint _maxn = (uint)vocabulary.Settings.Maxn;
    private readonly uint _bucket = (uint)vocabulary.Settings.Bucket;
    private readonly int _wordNgrams = vocabulary.Settings.WordNgrams;

    private static ReadOnlySpan<byte> EndOfSentence => "</s>"u8;

    /// <summary>Appends the rows of a text. Does not allocate.</summary>
    /// <param name="utf8">The text in UTF-8. Malformed sequences are hashed byte for byte, as fastText does.</param>
    /// <param name="rows">
    /// Receives INT64 rows, each 0 … <see cref="FastTextVocabulary.RowCount"/>-1, in the order of fastText. May be empty: a model without
    /// subwords that knows neither the words nor <c>&lt;/s&gt;</c>; fastText itself then gives no prediction.
    /// </param>
    public void Tokenize(ReadOnlySpan<byte> utf8, IBufferWriter<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var writer = new RowWriter(rows);
        var hashes = new HashList(stackalloc uint[StackWords]);
        try
        {
            var rest = utf8;
            while (true)
            {
                var word = NextWord(ref rest, out var hash);
                var ends = word.SequenceEqual(EndOfSentence);
                if (AddWord(word, hash, ends, ref writer) && _wordNgrams > 1)
                    hashes.Add(hash);
                if (ends)
                    break;
            }
            AddWordNgrams(hashes.Items, ref writer);
        }
        finally
        {
            hashes.Return();
        }
        writer.Flush();
    }

    /// <summary>Removes the next word; at LF or at the end of the text this is the end of the sentence.</summary>
    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest, out uint hash)
    {
        var start = 0;
        while (start < rest.Length && IsSpace(rest[start]) && rest[start] != '\n')
            start++;
        if (start == rest.Length || rest[start] == '\n')
        {
            rest = default;
            hash = FastTextHash.Of(EndOfSentence);
            return EndOfSentence;
        }

        hash = FastTextHash.Empty;
        var end = start;
        for (; end < rest.Length && !IsSpace(rest[end]); end++)
            hash = FastTextHash.Append(hash, rest[end]);
        var word = rest[start..end];
        rest = rest[end..];
        return word;
    }

    // Tab, LF, vertical tab, form feed, CR, space and NUL; other Unicode spaces belong to words.
    private static bool IsSpace(byte value) => value == ' ' || value == 0 || (uint)(value - '\t') <= '\r' - '\t';

    /// <returns>False for a label, which is skipped.</returns>
    private bool AddWord(scoped ReadOnlySpan<byte> word, uint hash, bool endOfSentence, ref RowWriter rows)
    {
        var row = vocabulary.FindWord(word, hash);
        if (row < 0 && vocabulary.IsLabel(word))
            return false;

        if (row >= 0)
            rows.Add(row);
        if (_maxn > 0 && !endOfSentence)
            AddSubwords(word, ref rows);
        return true;
    }

    /// <summary>Adds every run of minn … maxn code points of <c>&lt;word&gt;</c>, except the two brackets alone.</summary>
    private void AddSubwords(scoped ReadOnlySpan<byte> word, ref RowWriter rows)
    {
        AddRuns(word, FastTextHash.Append(FastTextHash.Empty, (byte)'<'), opened: true, ref rows);
        for (var start = 0; start < word.Length; start++)
        {
            if (!IsContinuation(word[start]))
                AddRuns(word[start..], FastTextHash.Empty, opened: false, ref rows);
        }
    }

    private void AddRuns(scoped ReadOnlySpan<byte> rest, uint hash, bool opened, ref RowWriter rows)
    {
        var next = 0;
        var length = 0u;
        if (opened)
        {
            length = 1;
            AppendContinuation(rest, ref next, ref hash);
        }
        while (length < _maxn && next < rest.Length)
        {
            hash = FastTextHash.Append(hash, rest[next++]);
            AppendContinuation(rest, ref next, ref hash);
            if (++length >= _minn)
                AddBucket(hash % _bucket, ref rows);
        }
        if (length < _maxn && next == rest.Length && length + 1 >= _minn)
            AddBucket(FastTextHash.Append(hash, (byte)'>') % _bucket, ref rows);
    }

    private static void AppendContinuation(ReadOnlySpan<byte> rest, ref int next, ref uint hash)
    {
        while (next < rest.Length && IsContinuation(rest[next]))
            hash = FastTextHash.Append(hash, rest[next++]);
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;

    private void AddWordNgrams(scoped ReadOnlySpan<uint> hashes, ref RowWriter rows)
    {
        for (var first = 0; first < hashes.Length; first++)
        {
            // fastText stores word hashes as int32 and sign-extends them.
            var hash = (ulong)(int)hashes[first];
            for (var last = first + 1; last < hashes.Length && last - first < _wordNgrams; last++)
            {
                hash = unchecked(hash * 116049371UL + (ulong)(int)hashes[last]);
                AddBucket((uint)(hash % _bucket), ref rows);
            }
        }
    }

    private void AddBucket(uint bucket, ref RowWriter rows)
    {
        var row = vocabulary.FindBucket(bucket);
        if (row >= 0)
            rows.Add(row);
    }
}
