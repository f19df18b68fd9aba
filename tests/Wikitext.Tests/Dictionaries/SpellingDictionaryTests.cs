using InferenceServices.Testing;
using InferenceServices.Wikitext.Dictionaries;
using InferenceServices.Wikitext.Languages;

namespace InferenceServices.Wikitext.Tests.Dictionaries;

/// <summary>Compares with results of revscoring and Enchant. The dictionaries are those of Debian 12; <c>eng/languages/ensure</c> installs them.</summary>
public sealed class SpellingDictionaryTests
{
    private const string Installed = SpellingDictionary.DefaultDirectory;

    private static readonly Language English = Language.Find("english")!;

    private static readonly Lazy<SpellingDictionary> Dictionary = new(() => SpellingDictionary.Load(English, Installed));

    [Theory]
    [InlineData("golden_dict.tsv", 8837)]
    [InlineData("enchant_words.tsv", 4000)]
    public void Results_match_revscoring(string fixture, int count)
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
    public void Words_are_case_sensitive(string word, bool expected) => Assert.Equal(expected, Dictionary.Value.Contains(word));

    /// <summary>libhunspell accepts numbers as words, up to 299 bytes.</summary>
    [Fact]
    public void The_longest_word_has_299_bytes()
    {
        Assert.True(Dictionary.Value.Contains(new string('1', 299)));
        Assert.False(Dictionary.Value.Contains(new string('1', 300)));
        Assert.False(Dictionary.Value.Contains(new string('\u0661', 299)));
    }

    [Fact]
    public void Every_character_is_accepted()
    {
        var accepted = Enumerable.Range(1, char.MaxValue).Where(code => Dictionary.Value.Contains(((char)code).ToString())).Select(code => (char)code).ToArray();

        Assert.Contains('a', accepted);
        Assert.Contains('\u212A', accepted);
        Assert.DoesNotContain('\uD800', accepted);
        Assert.DoesNotContain('\u4E2D', accepted);
    }

    /// <summary>The longest accepted word, and words that the library would split into compounds.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("'")]
    [InlineData("un")]
    [InlineData("a'")]
    [InlineData("a_")]
    [InlineData("é")]
    [InlineData("\uDC00")]
    [InlineData("e\u0301\u0301")]
    public void A_word_of_a_megabyte_is_not_in_the_dictionary(string part)
    {
        Assert.False(Dictionary.Value.Contains(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length))));
        for (var length = 290; length < 310; length++)
            Assert.False(Dictionary.Value.Contains(string.Concat(Enumerable.Repeat(part, length / part.Length))));
    }

    [Fact]
    public void The_dictionary_is_thread_safe()
    {
        var rows = Fixture.Rows("golden_dict.tsv");
        var dictionary = SpellingDictionary.Load(English, Installed);
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
    public void A_missing_dictionary_is_reported_with_its_package()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["en_US.aff", "en_US.dic", "en_GB.aff"]) File.CreateSymbolicLink(folder.Below(file), $"{Installed}/{file}");

        var exception = Assert.Throws<FileNotFoundException>(() => SpellingDictionary.Load(English, folder.Path));

        Assert.Equal($"Dictionary {folder.Path}/en_GB.dic not found; the Debian package hunspell-en-gb installs it in /usr/share/hunspell.", exception.Message);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("SET UTF-8\n", "")]
    [InlineData("SET UTF-8\n", "0\n")]
    [InlineData("SET UTF-9\n", "1\nthe\n")]
    public void Files_that_are_not_a_dictionary_are_rejected(string affixes, string words)
    {
        using var folder = new TemporaryFolder();
        folder.Write("en_US.aff", affixes);
        folder.Write("en_US.dic", words);

        var exception = Assert.Throws<InvalidDataException>(() => SpellingDictionary.Load(English, folder.Path));

        Assert.Contains("install the Debian package hunspell-en-us", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Looks up more words than the cache holds, then the first words again.</summary>
    [Fact]
    public void Results_are_the_same_after_the_cache_is_cleared()
    {
        var dictionary = SpellingDictionary.Load(English, Installed);

        for (var i = 0; i < 70_000; i++) Assert.False(dictionary.Contains($"x{i}q"));

        Assert.True(dictionary.Contains("colour"));
        Assert.False(dictionary.Contains("x0q"));
    }
}
