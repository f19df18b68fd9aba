using static InferenceServices.FastText.Tests.Vocabulary;

namespace InferenceServices.FastText.Tests;

/// <summary>Expected rows are from fastText 0.9.2 (get_subwords) for the model named in <see cref="Vocabulary.Trained"/>.</summary>
public sealed class SubwordTests
{
    private const long EndOfSentence = 1;
    private static readonly FastTextVocabulary Subwords = Of(Settings(minn: 2, maxn: 3), Trained);

    [Theory]
    [InlineData("the", new long[] { 0, 949, 159, 97, 988, 262, 288, 498 })]
    [InlineData("été", new long[] { 4, 635, 141, 983, 935, 395, 543, 789 })]
    [InlineData("日本", new long[] { 5, 695, 595, 417, 165, 725 })]
    [InlineData("a", new long[] { 2, 758, 608, 814 })]
    public void A_known_word_gives_its_own_row_and_then_its_subwords(string word, long[] rows)
        => Assert.Equal([.. rows, EndOfSentence], Subwords.Rows(word));

    [Fact]
    public void An_unknown_word_gives_its_subwords_alone()
        => Assert.Equal([283, 875, 381, 49, 289, EndOfSentence], Subwords.Rows("zz"));

    [Fact]
    public void Single_brackets_are_not_subwords()
    {
        // "<a>" with minn 1, maxn 1: only "a", neither "<" nor ">".
        var vocabulary = Of(Settings(minn: 1, maxn: 1), ["</s>"]);

        Assert.Equal([1 + 220, 0], vocabulary.Rows("a"));
    }

    [Fact]
    public void A_shortest_length_of_0_behaves_as_1()
        => Assert.Equal(Of(Settings(minn: 1, maxn: 4), Trained).Rows("zebra été"), Of(Settings(minn: 0, maxn: 4), Trained).Rows("zebra été"));

    [Fact]
    public void Stray_continuation_bytes_belong_to_the_character_before_them()
    {
        // "<" 0x80 "a" ">" is three characters: "<\x80", "a" and ">". With length 3 that is one run.
        var rows = Of(Settings(minn: 3, maxn: 3), ["</s>"]).Rows([0x80, (byte)'a']);

        Assert.Equal(1 + (FastTextHash.Of([(byte)'<', 0x80, (byte)'a', (byte)'>']) % 1000), rows[0]);
        Assert.Equal([rows[0], 0], rows);
    }

    [Fact]
    public void Malformed_utf8_is_hashed_byte_by_byte()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);

            Assert.All(Subwords.Rows(bytes), row => Assert.InRange(row, 0, Subwords.RowCount - 1));
        }
    }

    [Fact]
    public void A_pruned_model_returns_only_its_buckets_in_file_order()
    {
        // "zz" has buckets 275, 867, 373, 41 and 281.
        var vocabulary = Of(Settings(minn: 2, maxn: 3), Trained, buckets: [41, 500, 867, 0]);

        Assert.Equal([8 + 2, 8 + 0, EndOfSentence], vocabulary.Rows("zz"));
        Assert.Equal(12, vocabulary.RowCount);
    }

    [Fact]
    public void A_model_pruned_of_every_bucket_has_words_only()
        => Assert.Equal([0, EndOfSentence], Of(Settings(minn: 2, maxn: 3), Trained, buckets: []).Rows("the zebra"));

    [Fact]
    public void A_long_word_fills_more_than_one_chunk_of_the_buffer()
        => Assert.Equal(2 * 5_000 + 1 + 1, Subwords.Rows(new string('q', 5_000)).Length);
}
