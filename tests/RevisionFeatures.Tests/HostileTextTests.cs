using System.Diagnostics;
using System.Text;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>Adversarial texts: none throws, and none takes much longer than ordinary wikitext of the same size.</summary>
public sealed class HostileTextTests
{
    private const int Chars = 20_000;

    // The goal is 10, and the worst known texts take 9; repeated reading takes hundreds. The margin is for caches and other load of the machine.
    private const double MostTimesOrdinary = 20;
    private const int Tries = 10;
    private const int TextsByChance = 1_000;

    private static readonly LanguageAssets English = new(LanguageAssets.DefaultHunspellDirectory);

    private static readonly string[] Pieces =
    [
        "{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "|", "=", "==", "\n", "\n\n", " ", "a", "word ", "''", "'''", "'''''", "<b>", "</b>", "<ref>", "</ref>", "<ref name=\"x", "<br>", "<nowiki>", "<li>", "<!--", "-->",
        "http://a.b/c", "//z ", "[http://x ", "&amp;", "&", "*", "#", ";", ":", "----", "{|", "|}", "\n|-", "||", "!!", "\n|", "\n!", "<", ">", "</", "<div class=\"", "\"", "(", ")", ".", "\u00E9", "\u4E2D", "\t", "poop ", "ass", "aaaa",
        "hahaha", "\U0001F600", "<a b=\"", "{{a|", "[[x|", "\n*", "\n;", "\n==", "don't ", "\u0130", "\u03A3", "\0", "\uD800",
    ];

    public static TheoryData<string> Repeated
        => [.. Pieces, "[[a|", "<b>a'''", "'''''a''", "{|\n|", "<a b=\"<a b=\"", "{{{{{", "[[[[", "[http://a ", "<ref>a", "a b ", "''a'''b", ":;", "=a", "\n=", "\n==a", "\n{|\n|-\n|a||", "{{a}}", "&#x0", "a'b'", "<!-", "</b><b>"];

    [Theory]
    [MemberData(nameof(Repeated))]
    public void A_repeated_piece_takes_no_longer_than_ordinary_text(string piece) => AssertQuick(Repeat(piece));

    [Fact]
    public void Random_texts_take_no_longer_than_ordinary_text()
    {
        var random = new Random(1);
        var ordinary = Measure(Ordinary);
        for (var made = 0; made < TextsByChance; made++)
        {
            var pool = random.GetItems(Pieces, random.Next(1, 6));
            var text = Repeat(string.Concat(random.GetItems(pool, random.Next(1, 30))));
            if (Measure(text) > MostTimesOrdinary * ordinary) AssertQuick(text);
        }
    }

    private static readonly string Ordinary = string.Join(
        "\n\n",
        GoldenRevision.All.Where(revision => revision.Json["category"]!.GetValue<string>().StartsWith("large", StringComparison.Ordinal)).Select(revision => revision.Input.Text))[..Chars];

    private static string Repeat(string piece)
    {
        var text = new StringBuilder(Chars + piece.Length);
        while (text.Length < Chars) text.Append(piece);
        return text.ToString(0, Chars);
    }

    // Alternates until both have once had the processor for themselves: a busy machine slows down some rounds, but not all.
    private static void AssertQuick(string text)
    {
        var (ordinary, hostile) = (double.MaxValue, double.MaxValue);
        for (var turn = 0; turn < Tries && (turn == 0 || hostile > MostTimesOrdinary * ordinary); turn++)
        {
            ordinary = Math.Min(ordinary, Measure(Ordinary));
            hostile = Math.Min(hostile, Measure(text));
        }
        Assert.True(hostile <= MostTimesOrdinary * ordinary, $"{hostile / ordinary:0.0} times as long as ordinary text: {text[..Math.Min(text.Length, 200)]}");
    }

    private static double Measure(string text)
    {
        var revision = new RevisionInput { Text = text, ParentText = text[..(Chars / 2)] + "x" + text[(Chars / 2)..], Author = RevisionAuthor.Unknown, Comment = text };
        var watch = Stopwatch.StartNew();
        var solution = new FeatureSolution(new RevisionSources(revision, English, CancellationToken.None));
        foreach (var list in FeatureList.ByName.Values) Assert.All(list.ValuesOf(solution), value => Assert.True(double.IsFinite(value)));
        return watch.Elapsed.TotalMilliseconds;
    }
}
