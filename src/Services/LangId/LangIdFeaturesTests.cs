using System.Text;
using InferenceServices.Contracts.Tensors;
using InferenceServices.FastText;
using InferenceServices.Testing;

namespace InferenceServices.Services.LangId;

public sealed class LangIdFeaturesTests
{
    private const int MaxTextLength = 100;

    [Theory]
    [InlineData("a b", "a b")]
    [InlineData("a\n\r\v\t b", "a b")]
    [InlineData("a\nb\rc\vd\te", "a b c d e")]
    [InlineData("\n  a \t\n", "a")]
    [InlineData("first line\n\n\nsecond line\n", "first line second line")]
    public void White_space_is_collapsed_and_trimmed(string text, string expected) => Assert.Equal(expected, Normalize(text));

    [Theory]
    [InlineData("a\fb")]
    [InlineData("a\u00A0\u00A0b")]
    [InlineData("a\u2003\u2028b")]
    [InlineData("a\0b")]
    [InlineData("a\u001C\u001D\u001E\u001Fb")]
    public void Other_white_space_within_a_text_is_preserved(string text) => Assert.Equal(text, Normalize(text));

    [Theory]
    [InlineData("\u00A0a\u00A0")]
    [InlineData("\u3000a\u2028\f")]
    [InlineData("\u001C\u001Da\u001E\u001F")]
    [InlineData(" \u001F \n\u0085a\u001C\t")]
    public void Any_white_space_at_the_ends_is_trimmed(string text) => Assert.Equal("a", Normalize(text));

    // str.isspace of Python 3.11 for every code point of the basic plane.
    [Fact]
    public void White_space_is_that_of_Python()
        => Assert.Equal(
            [.. Range(0x09, 0x0D), .. Range(0x1C, 0x20), 0x85, 0xA0, 0x1680, .. Range(0x2000, 0x200A), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000],
            Range(0, 0xFFFF).Where(code => PythonWhitespace.IsWhitespace((char)code)));

    [Fact]
    public void Case_and_marks_are_preserved() => Assert.Equal("ÀÉ ẞ e\u0301", Normalize("ÀÉ ẞ e\u0301"));

    [Theory]
    [InlineData("a", 99, 99)]
    [InlineData("a", 100, 100)]
    [InlineData("a", 101, 100)]
    [InlineData("é", 101, 100)]
    [InlineData("語", 250, 100)]
    [InlineData("😀", 100, 100)]
    [InlineData("😀", 101, 100)]
    public void The_text_is_truncated_by_code_points(string codePoint, int count, int expected)
        => Assert.Equal(Repeat(codePoint, expected), Normalize(Repeat(codePoint, count)));

    [Fact]
    public void Graphemes_are_not_counted() => Assert.Equal(Repeat("e\u0301", 50), Normalize(Repeat("e\u0301", 51)));

    [Fact]
    public void White_space_is_collapsed_before_truncation()
        => Assert.Equal($"a b{Repeat("c", 97)}", Normalize($"  {Repeat("\n", 200)}a{Repeat(" ", 200)}b{Repeat("c", 200)}"));

    /// <summary>As in Lift Wing: a trailing space after truncation stays and does not affect the model.</summary>
    [Fact]
    public void The_truncated_text_is_not_trimmed() => Assert.Equal($"{Repeat("a", 99)} ", Normalize($"{Repeat("a", 99)} b"));

    [Fact]
    public void An_unpaired_surrogate_is_replaced() => Assert.Equal("a\uFFFDb\uFFFD", Normalize("a\uD83Db\uDE00"));

    [Fact]
    public void A_text_of_the_maximum_length_fits() => Assert.Equal(100_000, Normalize(Repeat("😀", 100_001), 100_000).EnumerateRunes().Count());

    [Fact]
    public void A_text_becomes_the_rows_of_its_known_words()
    {
        using var model = new FastTextDirectory(["en"], ["hello", "</s>", "world"]);

        using var rows = LangIdFeatures.From(" world\n\nhello  nobody", MaxTextLength, new FastTextTokenizer(FastTextVocabulary.Load(model.Path)));

        Assert.NotNull(rows);
        Assert.Equal(Datatype.Int64, rows.Datatype);
        Assert.Equal(new Shape(1, 3), rows.Shape);
        Assert.Equal([2, 0, 1], rows.Values<long>().ToArray());
    }

    [Fact]
    public void A_text_without_known_words_has_no_rows()
    {
        using var model = new FastTextDirectory(["en"], ["hello"]);

        Assert.Null(LangIdFeatures.From("nobody", MaxTextLength, new FastTextTokenizer(FastTextVocabulary.Load(model.Path))));
    }

    [Fact]
    public void Texts_do_not_affect_each_other()
    {
        using var model = new FastTextDirectory(["en"], ["hello", "world"]);
        var tokenizer = new FastTextTokenizer(FastTextVocabulary.Load(model.Path));

        LangIdFeatures.From("hello hello hello", MaxTextLength, tokenizer)?.Dispose();
        using var rows = LangIdFeatures.From("world", MaxTextLength, tokenizer);

        Assert.Equal([1], rows!.Values<long>().ToArray());
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Normalize(string text, int maxTextLength = MaxTextLength)
    {
        var utf8 = new byte[4 * maxTextLength];
        return Encoding.UTF8.GetString(utf8, 0, LangIdFeatures.Normalize(text, maxTextLength, utf8));
    }

    private static IEnumerable<int> Range(int first, int last) => Enumerable.Range(first, last - first + 1);
}
