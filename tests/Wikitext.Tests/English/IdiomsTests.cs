using System.Text;
using InferenceServices.Testing;

namespace InferenceServices.Wikitext.Tests.English;

/// <summary>Edge cases of flashtext's scan.</summary>
public sealed class IdiomsTests
{
    private static readonly string[] Some =
        ["a good deal", "good deal of", "a good", "call it a day", "It's", "it's on", "naïve art", "art-", "black", "black and white", "\"quoted", " lead", "Σας", "catch 22"];

    [Theory]
    [InlineData("", "")]
    [InlineData("A Good Deal", "a good deal")]
    [InlineData("a good dealer", "a good")]
    [InlineData("a gooddeal", "")]
    [InlineData("a good.", "a good")]
    [InlineData("a good deal of", "a good deal")]
    [InlineData("not a good deal", "a good deal")]
    [InlineData("notablack black", "black")]
    [InlineData("call it a good deal", "a good deal")]
    [InlineData("call it\na day", "")]
    [InlineData("CALL IT A DAY!call it a day", "call it a day|call it a day")]
    [InlineData("it's it's on, it's o", "It's|it's on|It's")]
    [InlineData("black and white", "black and white")]
    [InlineData("black and whiter", "black")]
    [InlineData("black and black", "black|black")]
    [InlineData("blackblack", "")]
    [InlineData("éblack", "black")]
    [InlineData("black\u0301", "black")]
    [InlineData("_black", "")]
    [InlineData("art-art-", "art-")]
    [InlineData("naïve art", "naïve art")]
    [InlineData("NAÏVE ART", "naïve art")]
    [InlineData("xnaïve art", "")]
    [InlineData("x  lead", " lead")]
    [InlineData("x lead", "")]
    [InlineData("black lead", "black")]
    [InlineData("σας", "Σας")]
    [InlineData("ΣΑΣ", "Σας")]
    [InlineData("a catch 22", "catch 22")]
    [InlineData("a catch 221", "")]
    [InlineData("\"quoted", "\"quoted")]
    [InlineData("\uD83D\uDE00black\uD83D\uDE00", "black")]
    [InlineData("black\uD83D", "black")]
    public void Matches_are_those_of_flashtext(string text, string expected)
        => Assert.Equal(expected, string.Join('|', Idioms().Matches(text, CancellationToken.None)));

    [Fact]
    public void The_list_may_contain_json_strings()
    {
        using var folder = new TemporaryFolder();
        var idioms = Wikitext.English.Idioms.Load(folder.Write("idioms.txt", "\"above one's \\u0062end\"\n\nabove the law\r\n\"\"\n\"Above the LAW\"\n"));

        Assert.Equal(["above one's bend", "Above the LAW"], idioms.Matches("Above one's bend, above the law", CancellationToken.None));
    }

    [Fact]
    public void A_malformed_json_string_is_rejected()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("idioms.txt", "above the law\n\"above the\n");

        var exception = Assert.Throws<InvalidDataException>(() => Wikitext.English.Idioms.Load(path));

        Assert.Equal($"Line 2 of {path} is not a JSON string.", exception.Message);
    }

    [Fact]
    public void The_built_in_list_has_common_idioms() => Assert.Equal(["against all odds"], Wikitext.English.Idioms.Common.Matches("Against all odds.", CancellationToken.None));

    /// <summary>Text of partial matches; with a quadratic scan this would run for hours.</summary>
    [Theory]
    [InlineData("black and whit ")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("a")]
    [InlineData("it's o")]
    [InlineData("a good deal ")]
    public void Two_megabytes_are_scanned(string part)
        => Assert.InRange(Idioms().Matches(new StringBuilder().Insert(0, part, 2_000_000 / part.Length).ToString(), CancellationToken.None).Count, 0, 2_000_000 / part.Length);

    [Fact]
    public void A_scan_can_be_cancelled()
        => Assert.Throws<OperationCanceledException>(() => Idioms().Matches("black and white", new CancellationToken(canceled: true)));

    private static Wikitext.English.Idioms Idioms()
    {
        using var folder = new TemporaryFolder();
        return Wikitext.English.Idioms.Load(folder.Write("idioms.txt", string.Join('\n', Some.Select(idiom => idiom.StartsWith('"') ? "\"\\" + idiom + "\"" : idiom))));
    }
}
