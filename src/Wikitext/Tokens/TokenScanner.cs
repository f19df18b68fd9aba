using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Tokens;

/// <summary>Scans tokens, one at a time.</summary>
internal ref struct TokenScanner(string text)
{
    private static readonly string[] PlainSchemes = ["bitcoin", "geo", "magnet", "mailto", "news", "sips", "sip", "tel", "urn"];
    private static readonly string[] SlashedSchemes =
        ["https", "http", "ftps", "ftp", "git", "gopher", "ircs", "irc", "mms", "nntp", "redis", "sftp", "ssh", "svn", "telnet", "worldwind", "xmpp"];

    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

    // Position of the first > at or after the last requested position; the text length if there is none.
    private int _greater = -1;

    /// <returns>The next token; of length 0 at the end.</returns>
    public Token Next()
    {
        if (_position == _text.Length) return default;
        var (type, end) = Match(_position);
        var token = new Token(_position, end - _position, type);
        _position = end;
        return token;
    }

    private (TokenType Type, int End) Match(int at)
    {
        var first = _text[at];
        if (first is '\n' or '\r' && EndOfBreak(at) is > 0 and var afterBreak) return (TokenType.Break, afterBreak);
        if (EndOfWhitespace(at) is > 0 and var afterSpace) return (TokenType.Whitespace, afterSpace);
        if ((char.IsAsciiLetterLower(first) || first == '/') && EndOfUrl(at) is > 0 and var afterUrl) return (TokenType.Url, afterUrl);
        if (first < 0x80 && !char.IsAsciiLetterOrDigit(first) && first != '_') return MatchPunctuation(at, first);
        return MatchText(at);
    }

    private (TokenType Type, int End) MatchPunctuation(int at, char first) => first switch
    {
        '=' => (TokenType.Equals, EndOfRun(at, '=')),
        '|' => (TokenType.Bar, at + 1),
        '&' when EndOfEntity(at) is > 0 and var end => (TokenType.Entity, end),
        '<' when MatchTag(at) is { End: > 0 } tag => tag,
        '<' when Has(at, "<!--") => (TokenType.CommentStart, at + 4),
        '\'' when Has(at, "'''") => (TokenType.Bold, at + 3),
        '\'' when Has(at, "''") => (TokenType.Italic, at + 2),
        '{' when Has(at, "{|") => (TokenType.TableOpen, at + 2),
        '[' when Has(at, "[[") => (TokenType.DoubleBracketOpen, at + 2),
        ']' when Has(at, "]]") => (TokenType.DoubleBracketClose, at + 2),
        '[' => (TokenType.BracketOpen, at + 1),
        ']' => (TokenType.BracketClose, at + 1),
        '(' => (TokenType.ParenthesisOpen, at + 1),
        ')' => (TokenType.ParenthesisClose, at + 1),
        '{' when Has(at, "{{") => (TokenType.DoubleCurlyOpen, at + 2),
        '}' when Has(at, "}}") => (TokenType.DoubleCurlyClose, at + 2),
        '{' => (TokenType.CurlyOpen, at + 1),
        '}' => (TokenType.CurlyClose, at + 1),
        '.' => (TokenType.Period, EndOfRun(at, '.')),
        '?' => (TokenType.QuestionMark, EndOfRun(at, '?')),
        '!' => (TokenType.ExclamationPoint, EndOfRun(at, '!')),
        ',' => (TokenType.Comma, EndOfRun(at, ',')),
        ':' => (TokenType.Colon, EndOfRun(at, ':')),
        ';' => (TokenType.Semicolon, EndOfRun(at, ';')),
        '-' when Has(at, "-->") => (TokenType.CommentEnd, at + 3),
        _ => (TokenType.Etc, at + 1),
    };

    private readonly (TokenType Type, int End) MatchText(int at)
    {
        var codePoint = CodePoints.At(_text, at, out var width);
        if (PythonCharacters.IsDigit(codePoint)) return (TokenType.Number, EndOfDigits(at + width));
        if (codePoint is >= 0x3000 and <= 0x303F) return (TokenType.JapanPunctuation, at + width);
        if (WordCharacters.IsCjk(codePoint)) return (TokenType.Cjk, at + width);
        if (WordCharacters.IsOne(codePoint)) return (TokenType.Word, EndOfWord(at + width));
        return (codePoint is 0x0964 or 0x0965 ? TokenType.Danda : TokenType.Etc, at + width);
    }

    // A line break, white space and another line break, including all white space before the last break.
    private readonly int EndOfBreak(int at)
    {
        if (_text[at] == '\r' && !Has(at, "\r\n")) return 0;
        var position = _text[at] == '\r' || Has(at, "\n\r") ? at + 2 : at + 1;
        var end = 0;
        for (; position < _text.Length && PythonCharacters.IsSpace(_text[position]); position++)
        {
            if (_text[position] == '\n') end = position + 1;
        }
        return end > 0 && end < _text.Length && _text[end] == '\r' ? end + 1 : end;
    }

    private readonly int EndOfWhitespace(int at)
    {
        if (_text[at] == '\n') return Has(at, "\n\r") ? at + 2 : at + 1;
        var end = at;
        while (end < _text.Length && _text[end] is not ('\n' or '\r') && PythonCharacters.IsSpace(_text[end])) end++;
        return end > at ? end : 0;
    }

    private readonly int EndOfUrl(int at)
    {
        foreach (var scheme in PlainSchemes)
        {
            if (Has(at, scheme) && Has(at + scheme.Length, ":") && EndOfAddress(at + scheme.Length + 1) is > 0 and var end) return end;
        }
        if (_text[at] == '/') return Has(at, "//") ? EndOfAddress(at + 2) : 0;
        foreach (var scheme in SlashedSchemes)
        {
            if (Has(at, scheme) && Has(at + scheme.Length, "://")) return EndOfAddress(at + scheme.Length + 3);
        }
        return 0;
    }

    private readonly int EndOfAddress(int at)
    {
        if (at >= _text.Length || _text[at] is '/' or '$' or '.' or '?' or '#') return 0;
        if (PythonCharacters.IsSpace(CodePoints.At(_text, at, out var width))) return 0;
        var end = at + width;
        while (end < _text.Length && _text[end] is not ('|' or '<' or '>' or '{' or '}') && !PythonCharacters.IsSpace(_text[end])) end++;
        return end;
    }

    private readonly int EndOfEntity(int at)
    {
        var end = at + 1;
        if (end >= _text.Length || !char.IsAsciiLetterLower(_text[end])) return 0;
        while (end < _text.Length && (char.IsAsciiLetterLower(_text[end]) || char.IsAsciiDigit(_text[end]))) end++;
        return end < _text.Length && _text[end] == ';' ? end + 1 : 0;
    }

    private (TokenType Type, int End) MatchTag(int at)
    {
        var isClosing = Has(at, "</");
        var name = isClosing ? at + 2 : at + 1;
        var end = name;
        if (end >= _text.Length || !char.IsAsciiLetterLower(_text[end])) return default;
        while (end < _text.Length && (char.IsAsciiLetterLower(_text[end]) || char.IsAsciiDigit(_text[end]))) end++;
        if (end < _text.Length && PythonCharacters.IsWord(CodePoints.At(_text, end, out _))) return default;
        var greater = NextGreater(end);
        if (greater == _text.Length) return default;
        var type = !_text[name..end].SequenceEqual("ref") ? TokenType.Tag
            : isClosing ? TokenType.RefClose
            : greater > end && _text[greater - 1] == '/' ? TokenType.RefSingleton
            : TokenType.RefOpen;
        return (type, greater + 1);
    }

    private int NextGreater(int from)
    {
        if (_greater >= from) return _greater;
        var found = _text[from..].IndexOf('>');
        return _greater = found < 0 ? _text.Length : from + found;
    }

    private readonly int EndOfDigits(int end)
    {
        while (end < _text.Length && PythonCharacters.IsDigit(CodePoints.At(_text, end, out var width))) end += width;
        return end;
    }

    private readonly int EndOfWord(int at)
    {
        var end = EndOfWordRun(at);
        while (end < _text.Length && _text[end] is '\'' or '\u2019')
        {
            var after = EndOfWordRun(end + 1);
            if (after == end + 1 && after < _text.Length && !PythonCharacters.IsSpace(_text[after])) break;
            end = after;
        }
        return end;
    }

    private readonly int EndOfWordRun(int end)
    {
        while (end < _text.Length && WordCharacters.IsOne(CodePoints.At(_text, end, out var width))) end += width;
        return end;
    }

    private readonly int EndOfRun(int at, char of)
    {
        var length = _text[at..].IndexOfAnyExcept(of);
        return length < 0 ? _text.Length : at + length;
    }

    private readonly bool Has(int at, string what) => _text[at..].StartsWith(what, StringComparison.Ordinal);
}
