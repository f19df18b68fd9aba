using System.Buffers;
using System.Text;
using static InferenceServices.FastText.Tests.Vocabulary;

namespace InferenceServices.FastText.Tests;

public sealed class WordNgramTests
{
    private static readonly FastTextVocabulary Bigrams = Of(Settings(wordNgrams: 2), Trained);

    /// <summary>Sign-extends an int32 hash to 64 bits, like fastText.</summary>
    private static ulong Widen(string word) => unchecked((ulong)(int)FastTextHash.Of(Encoding.UTF8.GetBytes(word)));

    private static long Row(params string[] words)
        => Trained.Length + (long)(unchecked(words.Skip(1).Aggregate(Widen(words[0]), (hash, word) => hash * 116049371 + Widen(word))) % 1000);

    [Fact]
    public void Pairs_of_neighbours_follow_the_words_and_include_the_end_of_sentence()
        => Assert.Equal([0, 6, 1, Row("the", "fox"), Row("fox", "</s>")], Bigrams.Rows("the fox"));

    [Fact]
    public void An_unknown_word_takes_part_in_pairs()
        => Assert.Equal([0, 1, Row("zebra", "the"), Row("the", "</s>")], Bigrams.Rows("zebra the"));

    [Fact]
    public void A_label_is_skipped_in_pairs() => Assert.Equal(Bigrams.Rows("the fox"), Bigrams.Rows("the __label__x fox"));

    [Fact]
    public void Longer_runs_follow_each_first_word()
        => Assert.Equal(
            [0, 6, 1, Row("the", "fox"), Row("the", "fox", "</s>"), Row("fox", "</s>")],
            Of(Settings(wordNgrams: 3), Trained).Rows("the fox"));

    [Fact]
    public void A_line_of_many_words_has_all_its_pairs()
        => Assert.Equal((2 * 3_000) + 1, Bigrams.Rows(string.Join(' ', Enumerable.Repeat("fox", 3_000))).Length);

    [Fact]
    public void Tokenizing_allocates_nothing_once_the_buffer_is_large_enough()
    {
        var tokenizer = new FastTextTokenizer(Of(Settings(minn: 2, maxn: 4, wordNgrams: 2), Trained));
        var text = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("the quick été 日本 zebra", 100)));
        var rows = new ArrayBufferWriter<long>();
        tokenizer.Tokenize(text, rows);
        rows.ResetWrittenCount();

        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Tokenize(text, rows);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
