using InferenceServices.Wikitext.Characters;
using InferenceServices.Wikitext.Parsing;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Parsed forms of one text, computed on first use.</summary>
internal sealed class TextSources(string? text, CancellationToken cancellationToken)
{
    public string Text { get; } = text ?? "";

    public TokenizedText Tokens => field ??= WikitextTokenizer.Tokenize(Text, cancellationToken);

    public TokenCounts TokenCounts => field ??= new TokenCounts(Tokens);

    public WikitextDocument Document => field ??= WikitextParser.Parse(Text, cancellationToken);

    public int ContentChars => _contentChars ??= CodePoints.CountOf(Document.StripCode());

    public int Chars => _chars ??= CodePoints.CountOf(Text);

    /// <summary>Length of the longest run of one character, case-insensitive; 1 for an empty text.</summary>
    public int LongestRepeatedChar => _longestRepeatedChar ??= Math.Max(1, CodePoints.LongestRun(PythonCase.Lower(Text)));

    private int? _contentChars;
    private int? _chars;
    private int? _longestRepeatedChar;
}
