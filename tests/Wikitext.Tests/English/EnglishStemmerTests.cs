using System.Text;
using InferenceServices.Wikitext.English;

namespace InferenceServices.Wikitext.Tests.English;

/// <summary>Compares with NLTK 3.8: words of real pages, and words that combine all suffixes and letters of the rules.</summary>
public sealed class EnglishStemmerTests
{
    [Theory]
    [InlineData("golden_stems.tsv", 8837)]
    [InlineData("nltk_stems.tsv", 5000)]
    public void Stems_and_their_lengths_match_nltk(string fixture, int count)
    {
        var rows = Fixture.Rows(fixture);

        Assert.Equal(count, rows.Length);
        Assert.Empty(rows.Where(row => EnglishStemmer.Stem(row[0]) != row[1]).Select(row => row[0]));
        Assert.Empty(rows.Where(row => EnglishStemmer.StemLength(row[0]) != row[1].EnumerateRunes().Count()).Select(row => row[0]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Y", "y")]
    [InlineData("'", "'")]
    [InlineData("’S", "’s")]
    [InlineData("'s'", "s")]
    [InlineData("''s'", "")]
    [InlineData("'''", "'")]
    [InlineData("s's", "s")]
    [InlineData("Skies", "sky")]
    [InlineData("s\u212Aies", "sky")]
    [InlineData("hopping", "hop")]
    [InlineData("sayings", "say")]
    [InlineData("generously", "generous")]
    [InlineData("\uD835\uDCD0\uD835\uDCD1s", "\uD835\uDCD0\uD835\uDCD1s")]
    [InlineData("’\uD835\uDCD0aca\uD835\uDCD1ations", "\uD835\uDCD0aca\uD835\uDCD1")]
    public void Length_counts_code_points(string word, string stem)
    {
        Assert.Equal(stem, EnglishStemmer.Stem(word));
        Assert.Equal(stem.EnumerateRunes().Count(), EnglishStemmer.StemLength(word));
    }

    /// <summary>With a quadratic step this would run for hours.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("y")]
    [InlineData("s")]
    [InlineData("'")]
    [InlineData("’")]
    [InlineData("\u0130")]
    [InlineData("\uD800")]
    [InlineData("\uD835\uDCD0")]
    [InlineData("ational")]
    [InlineData("Σ")]
    public void A_word_of_a_megabyte_is_stemmed(string part)
    {
        var word = new StringBuilder().Insert(0, part, 1_000_000 / part.Length).ToString();

        var length = EnglishStemmer.StemLength(word);

        Assert.Equal(EnglishStemmer.StemLength(word), length);
        Assert.InRange(length, (word.EnumerateRunes().Count() * (part == "\u0130" ? 2 : 1)) - 8, word.EnumerateRunes().Count() * 2);
    }

    [Fact]
    public void Every_pair_of_characters_is_accepted()
    {
        char[] odd = ['\'', '’', 'y', 'Y', 's', 'e', 'l', '\uD835', '\uDCD0', '\uFFFF', '\0', '\u0130', 'Σ', '\u212A'];
        foreach (var first in odd)
            foreach (var second in odd)
                foreach (var end in (string[])["", "s", "'s", "ed", "ies", "eedly", "ational", "'s'"])
                {
                    var word = $"{first}{second}{end}";
                    Assert.Equal(Points(EnglishStemmer.Stem(word)), EnglishStemmer.StemLength(word));
                }

        static int Points(string text) => text.EnumerateRunes().Count();
    }
}
