using InferenceServices.Testing;
using InferenceServices.Wikitext.English;

namespace InferenceServices.Wikitext.Tests.English;

/// <summary>Against revscoring's own verdicts and Enchant's. The dictionaries are those of Debian 12; <c>eng/hunspell/ensure</c> installs them.</summary>
public sealed class EnglishDictionaryTests
{
    private const string Installed = "/usr/share/hunspell";

    private static readonly Lazy<EnglishDictionary> Dictionary = new(() => EnglishDictionary.Load(Installed));

    [Theory]
    [InlineData("golden_dict.tsv", 8837)]
    [InlineData("enchant_words.tsv", 4000)]
    public void Verdicts_are_those_of_revscoring(string fixture, int count)
    {
        var rows = Fixture.Rows(fixture);

        Assert.Equal(count, rows.Length);
        Assert.Empty(rows.Where(row => Dictionary.Value.Contains(row[0]) != (row[1] == "1")).Select(row => row[0]));
    }

    [Theory]
    [InlineData("colour", true)]
    [InlineData("color", true)]
    [InlineData("Paris", true)]
    [InlineData("PARIS", true)]
    [InlineData("paris", false)]
    [InlineData("don't", true)]
    [InlineData("don’t", true)]
    [InlineData("dog's", true)]
    [InlineData("dogs'", false)]
    [InlineData("22nd", true)]
    [InlineData("22th", false)]
    [InlineData("caf\u00E9", true)]
    [InlineData("cafe\u0301", false)]
    [InlineData("\u1FBE", true)]
    [InlineData("\u212Brhus", true)]
    [InlineData("\u212Aelvin", true)]
    [InlineData("the\uD835\uDCD0", false)]
    [InlineData("the\uD835", false)]
    [InlineData("the\uFFFE", false)]
    [InlineData("the\0", false)]
    [InlineData("\0", false)]
    [InlineData("", false)]
    public void A_word_is_taken_as_it_is_spelled(string word, bool expected) => Assert.Equal(expected, Dictionary.Value.Contains(word));

    /// <summary>libhunspell takes a number for a word, up to 299 bytes.</summary>
    [Fact]
    public void The_longest_word_has_299_bytes()
    {
        Assert.True(Dictionary.Value.Contains(new string('1', 299)));
        Assert.False(Dictionary.Value.Contains(new string('1', 300)));
        Assert.False(Dictionary.Value.Contains(new string('\u0661', 299)));
    }

    [Fact]
    public void No_character_is_too_much_for_it()
    {
        var accepted = Enumerable.Range(1, char.MaxValue).Where(code => Dictionary.Value.Contains(((char)code).ToString())).Select(code => (char)code).ToArray();

        Assert.Contains('a', accepted);
        Assert.Contains('\u212A', accepted);
        Assert.DoesNotContain('\uD800', accepted);
        Assert.DoesNotContain('\u4E2D', accepted);
    }

    /// <summary>The longest that can be asked, and those the library would have to take apart.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("'")]
    [InlineData("un")]
    [InlineData("a'")]
    [InlineData("a_")]
    [InlineData("é")]
    [InlineData("\uDC00")]
    [InlineData("e\u0301\u0301")]
    public void A_megabyte_of_a_word_is_none(string part)
    {
        Assert.False(Dictionary.Value.Contains(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length))));
        for (var length = 290; length < 310; length++)
            Assert.False(Dictionary.Value.Contains(string.Concat(Enumerable.Repeat(part, length / part.Length))));
    }

    [Fact]
    public void Many_may_ask_at_a_time()
    {
        var rows = Fixture.Rows("golden_dict.tsv");
        var dictionary = EnglishDictionary.Load(Installed);
        var wrong = 0;

        Parallel.For(0, 4, caller =>
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[(i + (caller % 2 * rows.Length / 2)) % rows.Length];
                if (dictionary.Contains(row[0]) != (row[1] == "1")) Interlocked.Increment(ref wrong);
            }
        });

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_missing_dictionary_is_told_with_the_package_that_has_it()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["en_US.aff", "en_US.dic", "en_GB.aff"]) File.CreateSymbolicLink(folder.Below(file), $"{Installed}/{file}");

        var refusal = Assert.Throws<FileNotFoundException>(() => EnglishDictionary.Load(folder.Path));

        Assert.Equal($"There is no dictionary {folder.Path}/en_GB.dic; the Debian package hunspell-en-gb installs it in /usr/share/hunspell.", refusal.Message);
    }

    [Theory]
    [InlineData("", "1\nthe\n")]
    [InlineData("SET ISO8859-1\n", "1\nthe\n")]
    [InlineData("SET UTF-8\n", "")]
    [InlineData("SET UTF-8\n", "1\nder\n")]
    public void What_is_no_english_dictionary_in_utf8_is_refused(string affixes, string words)
    {
        using var folder = new TemporaryFolder();
        folder.Write("en_US.aff", affixes);
        folder.Write("en_US.dic", words);

        var refusal = Assert.Throws<InvalidDataException>(() => EnglishDictionary.Load(folder.Path));

        Assert.Contains("the Debian package hunspell-en-us has one", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>More words than are kept go through it, and the first are still known.</summary>
    [Fact]
    public void Verdicts_outlive_the_words_that_are_kept()
    {
        var dictionary = EnglishDictionary.Load(Installed);

        for (var i = 0; i < 70_000; i++) Assert.False(dictionary.Contains($"x{i}q"));

        Assert.True(dictionary.Contains("colour"));
        Assert.False(dictionary.Contains("x0q"));
    }
}
