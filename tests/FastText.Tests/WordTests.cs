using static InferenceServices.FastText.Tests.Vocabulary;

namespace InferenceServices.FastText.Tests;

public sealed class WordTests
{
    private static readonly FastTextVocabulary Words = Of(Settings(), Trained);

    [Fact]
    public void Every_known_word_gives_its_row_and_the_text_ends_with_end_of_sentence()
        => Assert.Equal([0, 6, 2, 7, 1], Words.Rows("the fox a dog"));

    [Fact]
    public void An_unknown_word_has_no_rows_without_subwords() => Assert.Equal([0, 1], Words.Rows("the zebra"));

    [Theory]
    [InlineData(" ")]
    [InlineData("\t")]
    [InlineData("\v")]
    [InlineData("\f")]
    [InlineData("\r")]
    [InlineData("\0")]
    [InlineData(" \t\0 \r")]
    public void Every_space_byte_of_fasttext_separates_words(string space)
        => Assert.Equal([0, 6, 1], Words.Rows($"{space}the{space}fox{space}"));

    [Theory]
    [InlineData("\u00A0")]
    [InlineData("\u2003")]
    [InlineData("\u3000")]
    [InlineData("\u0085")]
    public void A_space_beyond_ascii_is_part_of_the_word(string space) => Assert.Equal([1], Words.Rows($"the{space}fox"));

    [Theory]
    [InlineData("the\nfox dog")]
    [InlineData("the\n")]
    [InlineData("the\n\nfox")]
    [InlineData("the \n fox")]
    public void Only_the_first_line_counts(string text) => Assert.Equal([0, 1], Words.Rows(text));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\nthe")]
    public void Text_without_words_is_the_end_of_sentence_alone(string text) => Assert.Equal([1], Words.Rows(text));

    [Fact]
    public void An_end_of_sentence_written_in_the_text_ends_it() => Assert.Equal([0, 1], Words.Rows("the </s> fox"));

    [Fact]
    public void End_of_sentence_has_no_row_if_it_is_not_in_the_dictionary()
        => Assert.Empty(Of(Settings(minn: 2, maxn: 3), ["the"]).Rows(""));

    [Fact]
    public void A_token_with_the_label_prefix_is_skipped() => Assert.Equal([0, 6, 1], Words.Rows("__label__x the __label__unseen fox"));

    [Fact]
    public void A_word_of_the_dictionary_may_begin_with_the_label_prefix()
        => Assert.Equal([0], Of(Settings(labelPrefix: ""), ["__label__word"], labels: ["lang_en"]).Rows("__label__word"));

    [Fact]
    public void A_label_with_another_prefix_is_skipped_only_when_the_model_has_it()
    {
        var vocabulary = Of(Settings(minn: 3, maxn: 3, labelPrefix: "lang_"), ["</s>"], labels: ["en"]);

        Assert.Equal([0], vocabulary.Rows("lang_en"));
        Assert.Equal(8, vocabulary.Rows("lang_fr").Length);
    }

    [Fact]
    public void A_duplicate_word_has_the_row_of_its_last_entry() => Assert.Equal([2], Of(Settings(), ["a", "b", "a"]).Rows("a"));

    [Fact]
    public void Ten_thousand_words_are_all_found()
    {
        var words = Enumerable.Range(0, 10_000).Select(i => $"w{i}").ToArray();
        var vocabulary = Of(Settings(), words);

        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), vocabulary.Rows(string.Join(' ', words)));
    }
}
