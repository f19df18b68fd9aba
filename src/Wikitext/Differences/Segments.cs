using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.Wikitext.Differences;

/// <summary>Paragraphs and sentences of a text as token ranges; other tokens are separate.</summary>
/// <remarks>Same result as <c>ParagraphsSentencesAndWhitespace</c> of deltas 0.7.0: <c>{|</c> at the start of a sentence extends to the end of the text, because no token closes a table.</remarks>
public sealed class Segments
{
    private const int LeastSentence = 3;

    private readonly TokenizedText _text;
    private readonly List<Segment> _paragraphs = [];
    private readonly List<Segment> _sentences = [];
    private int _position;

    private Segments(TokenizedText text) => _text = text;

    /// <summary>Paragraphs in order; their sentences are the <see cref="Sentences"/> within their range.</summary>
    public IReadOnlyList<Segment> Paragraphs => _paragraphs;

    /// <summary>Sentences in order.</summary>
    public IReadOnlyList<Segment> Sentences => _sentences;

    public static Segments Of(TokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var segments = new Segments(text);
        while (segments._position < text.Count)
        {
            if (IsSpace(segments.Next)) segments._position++;
            else segments.ReadParagraph();
        }
        return segments;
    }

    private TokenType Next => _text.Tokens[_position].Type;

    private bool IsWithin => _position < _text.Count;

    private void ReadParagraph()
    {
        var start = _position;
        while (IsWithin && Next != TokenType.Break)
        {
            if (Next == TokenType.TableOpen) ReadTable();
            else if (IsSpace(Next)) _position++;
            else ReadSentence();
        }
        _paragraphs.Add(new Segment(start, _position));
    }

    private void ReadTable()
    {
        _sentences.Add(new Segment(_position, _text.Count));
        _position = _text.Count;
    }

    private void ReadSentence()
    {
        var start = _position;
        var depth = DepthOf(Next) > 0 ? 1 : 0;
        var words = 1;
        _position++;
        while (IsWithin && Next != TokenType.Break)
        {
            var taken = Next;
            depth += DepthOf(taken);
            _position++;
            if (!IsSpace(taken)) words++;
            if (IsEnd(taken) && depth <= 0 && words >= LeastSentence) break;
        }
        _sentences.Add(new Segment(start, _position));
    }

    private static bool IsSpace(TokenType type) => type is TokenType.Whitespace or TokenType.Break;

    private static bool IsEnd(TokenType type) => type is TokenType.Period or TokenType.ExclamationPoint or TokenType.QuestionMark or TokenType.TableOpen;

    private static int DepthOf(TokenType type) => type switch
    {
        TokenType.BracketOpen or TokenType.DoubleBracketOpen or TokenType.ParenthesisOpen or TokenType.RefOpen or TokenType.CommentStart or TokenType.DoubleCurlyOpen => 1,
        TokenType.BracketClose or TokenType.DoubleBracketClose or TokenType.ParenthesisClose or TokenType.RefClose or TokenType.CommentEnd or TokenType.DoubleCurlyClose => -1,
        _ => 0,
    };
}
