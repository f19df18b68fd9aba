using System.Diagnostics;
using System.Text;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>Texts made to be slow or to break something: none throws, none takes much longer than ordinary wikitext of its size.</summary>
public sealed class HostileTextTests
{
    private const int Chars = 20_000;
    private const double MostTimesOrdinary = 10;
    private const int Tries = 5;

    private static readonly TimeSpan Fuzzing = TimeSpan.FromSeconds(20);
    private static readonly EnglishAssets English = new(EnglishAssets.DefaultDictionaryDirectory);

    private static readonly string[] Pieces =
    [
        "{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "|", "=", "==", "\n", "\n\n", " ", "a", "word ", "''", "'''", "'''''", "<b>", "</b>", "<ref>", "</ref>", "<ref name=\"x", "<br>", "<nowiki>", "<li>", "<!--", "-->",
        "http://a.b/c", "//z ", "[http://x ", "&amp;", "&", "*", "#", ";", ":", "----", "{|", "|}", "\n|-", "||", "!!", "\n|", "\n!", "<", ">", "</", "<div class=\"", "\"", "(", ")", ".", "\u00E9", "\u4E2D", "\t", "poop ", "ass", "aaaa",
        "hahaha", "\U0001F600", "<a b=\"", "{{a|", "[[x|", "\n*", "\n;", "\n==", "don't ", "\u0130", "\u03A3", "\0", "\uD800",
    ];

    public static TheoryData<string> Repeated
        => [.. Pieces, "{{a|", "[[a|", "<b>", "<b>a'''", "'''''a''", "{|\n|", "<a b=\"<a b=\"", "{{{{{", "[[[[", "[http://a ", "<ref>a", "a b ", "''a'''b", ":;", "=a", "\n=", "\n==a", "\n{|\n|-\n|a||", "<li>", "{{a}}", "&#x0", "a'b'", "<!-", "-->", "</b><b>"];

    [Theory]
    [MemberData(nameof(Repeated))]
    public void A_piece_repeated_takes_no_longer_than_ordinary_text(string piece) => AssertQuick(Repeat(piece));

    [Fact]
    public void Texts_made_by_chance_take_no_longer_than_ordinary_text()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var slowest = (Ratio: 0.0, Text: "");
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Fuzzing;)
        {
            var pool = random.GetItems(Pieces, random.Next(1, 6));
            var text = Repeat(string.Concat(random.GetItems(pool, random.Next(1, 30))));
            var ratio = Measure(text) / Ordinary.Value;
            if (ratio > slowest.Ratio) slowest = (ratio, text);
        }
        Assert.True(IsQuick(slowest.Text), $"Seed {seed}: {slowest.Ratio:0.0} times as long as ordinary text: {slowest.Text[..200]}");
    }

    private static readonly Lazy<double> Ordinary = new(() =>
    {
        var text = string.Join("\n\n", GoldenRevision.All.Where(revision => revision.Json["category"]!.GetValue<string>().StartsWith("large", StringComparison.Ordinal)).Select(revision => revision.Input.Text))[..Chars];
        return Enumerable.Range(0, 20).Select(_ => Measure(text)).Order().ElementAt(10);
    });

    private static string Repeat(string piece)
    {
        var text = new StringBuilder(Chars + piece.Length);
        while (text.Length < Chars) text.Append(piece);
        return text.ToString(0, Chars);
    }

    private static void AssertQuick(string text) => Assert.True(IsQuick(text));

    // A busy machine makes anything slow once, but not each time.
    private static bool IsQuick(string text) => Enumerable.Range(0, Tries).Any(_ => Measure(text) <= MostTimesOrdinary * Ordinary.Value);

    private static double Measure(string text)
    {
        var revision = new RevisionInput { Text = text, ParentText = text[..(Chars / 2)] + "x" + text[(Chars / 2)..], Author = RevisionAuthor.Unknown, Comment = text };
        var watch = Stopwatch.StartNew();
        var solution = new FeatureSolution(new RevisionSources(revision, English, CancellationToken.None));
        foreach (var list in FeatureList.ByName.Values) Assert.All(list.ValuesOf(solution), value => Assert.True(double.IsFinite(value)));
        return watch.Elapsed.TotalMilliseconds;
    }
}
