using InferenceServices.Wikitext.English;

namespace InferenceServices.Wikitext.Tests.English;

/// <summary>Thousands of words with what NLTK and hunspell say of them.</summary>
public sealed class WordTests
{
    private static readonly Lazy<EnglishDictionary> Dictionary = new(() => EnglishDictionary.Load("/usr/share/hunspell"));

    [Fact]
    public void Stems_are_NLTKs()
        => Assert.Empty(Pairs("golden_stems.tsv").Where(pair => EnglishStemmer.Stem(pair[0]) != pair[1] || EnglishStemmer.StemLength(pair[0]) != pair[1].EnumerateRunes().Count()).Select(pair => pair[0]));

    [Fact]
    public void Words_are_in_the_dictionary_where_hunspell_has_them()
        => Assert.Empty(Pairs("golden_dict.tsv").Where(pair => Dictionary.Value.Contains(pair[0]) != (pair[1] == "1")).Select(pair => pair[0]));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("\uD800")]
    public void What_is_no_word_is_not_in_it(string word) => Assert.False(Dictionary.Value.Contains(word));

    [Fact]
    public void Words_of_any_length_are_looked_up_at_once()
    {
        var word = new string('a', 1_000_000);

        Assert.False(Dictionary.Value.Contains(word));
        Assert.Equal(1_000_000, EnglishStemmer.StemLength(word));
    }

    [Fact]
    public void A_directory_without_dictionaries_is_refused_with_the_package_to_install()
        => Assert.Contains("hunspell-en-us", Assert.Throws<FileNotFoundException>(() => EnglishDictionary.Load("/nonexistent")).Message, StringComparison.Ordinal);

    private static IEnumerable<string[]> Pairs(string fixture) => File.ReadLines(GoldenRevisions.PathOf(fixture)).Select(line => line.Split('\t'));
}
