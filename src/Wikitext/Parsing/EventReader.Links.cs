using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Internal and external links.</summary>
internal sealed partial class EventReader
{
    private void ReadLink()
    {
        var start = _head;
        _head += 2;
        Flush();
        var index = _events.Count;
        if (TryReadBracketAddress(start + 1))
        {
            // Inside a link title, another link is text.
            if ((Top.Context & Context.ExternalTitle) != 0)
            {
                _events.RemoveRange(index, _events.Count - index);
                _head = start + 1;
                EmitText(start, start + 2);
                return;
            }
            _events.Insert(index, new Event(EventKind.Text, start, start + 1));
            Emit(new Event(EventKind.ExternalClose, _head, _head + 1));
            return;
        }
        _head = start + 2;
        if (MayEnd("]]") && TryRead(Context.LinkTitle, new Event(EventKind.LinkOpen, start, start + 2)))
        {
            Emit(new Event(EventKind.LinkClose, _head - 1, _head + 1));
            return;
        }
        _head = start + 1;
        EmitText(start, start + 2);
    }

    private void ReadExternalLink(bool hasBrackets)
    {
        var start = _head;
        if ((Top.Context & Context.NoExternalLinks) == 0 && MayGoDeeper)
        {
            _head++;
            if (hasBrackets && TryReadBracketAddress(start))
            {
                Emit(new Event(EventKind.ExternalClose, _head, _head + 1));
                return;
            }
            if (!hasBrackets && TryReadBareAddress(start)) return;
            _head = start;
        }
        if (!hasBrackets && (Top.Context & Context.Term) != 0) ReadTermEnd();
        else EmitCharacter();
    }

    /// <summary>Reads a link, starting after its bracket.</summary>
    private bool TryReadBracketAddress(int bracket)
    {
        if (IsBad(Context.ExternalUri) || !MayEnd("]")) return false;
        Begin(Context.ExternalUri, new Event(EventKind.BracketLinkOpen, bracket, bracket + 1));
        var start = _head;
        if (At(0) == '/' && At(1) == '/') _head += 2;
        else if (!SkipScheme()) return Fail();
        EmitText(start, _head);
        return At(0) is None or '\n' or ' ' or ']' ? Fail() : ReadBracketAddress();
    }

    private bool SkipScheme()
    {
        var start = _head;
        while (IsOfScheme(At(0))) _head++;
        if (At(0) != ':') return false;
        var scheme = _text.AsSpan(start, _head - start);
        _head++;
        var hasSlashes = At(0) == '/' && At(1) == '/';
        if (hasSlashes) _head += 2;
        return UriSchemes.IsScheme(scheme, hasSlashes);
    }

    /// <summary>Reads a link, starting after the colon of its scheme, which was read as text.</summary>
    private bool TryReadBareAddress(int colon)
    {
        var start = StartOfScheme(colon);
        var hasSlashes = At(0) == '/' && At(1) == '/';
        if (start == colon || !UriSchemes.IsScheme(_text.AsSpan(start, colon - start), hasSlashes)) return false;
        var context = Top.Context | Context.ExternalUri;
        if (IsBad(context)) return false;
        Top.TextEnd = start;
        Begin(context, new Event(EventKind.BareLinkOpen, start, start));
        if (hasSlashes) _head += 2;
        EmitText(start, _head);
        if (At(0) is not (None or '\n' or ' ' or '[' or ']')) return ReadBareAddress();
        Fail();
        EmitText(start, colon);
        return false;
    }

    /// <returns>The position of the colon if the text before it is not a scheme.</returns>
    private int StartOfScheme(int colon)
    {
        var least = Top.TextStart == Top.TextEnd ? colon : Top.TextStart;
        var start = colon;
        while (start > least)
        {
            var isPair = start - 1 > least && char.IsLowSurrogate(_text[start - 1]) && char.IsHighSurrogate(_text[start - 2]);
            if (!PythonCharacters.IsWord(CodePoints.At(_text, isPair ? start - 2 : start - 1, out _))) break;
            if (!IsOfScheme(_text[start - 1])) return colon;
            start--;
        }
        return start;
    }

    private bool ReadBracketAddress()
    {
        while (true)
        {
            Poll();
            var current = At(0);
            if (!TryReadInAddress(current))
            {
                if (current is None or '\n') return Fail();
                if (current == ']')
                {
                    End();
                    return true;
                }
                if (IsEndOfUrl(current))
                {
                    Emit(new Event(EventKind.ExternalSeparator, _head, current == ' ' ? _head + 1 : _head));
                    if (current == ' ') _head++;
                    Top.Context ^= Context.ExternalUri | Context.ExternalTitle;
                    return ReadOn();
                }
                EmitCharacter();
            }
            _head++;
        }
    }

    // Trailing punctuation is not part of the link.
    private bool ReadBareAddress()
    {
        var hasParenthesis = false;
        var tail = _head;
        while (true)
        {
            Poll();
            var current = At(0);
            if (StartsInAddress(current))
            {
                if (tail < _head) EmitText(tail, _head);
                TryReadInAddress(current);
                tail = _head + 1;
            }
            else if (IsEndOfUrl(current))
            {
                Emit(new Event(EventKind.ExternalClose, tail, tail));
                End();
                var end = current == ' ' ? _head + 1 : _head;
                if (tail < end) EmitText(tail, end);
                _head = end - 1;
                return true;
            }
            else
            {
                var isTail = current is ',' or ';' or '\\' or '.' or ':' or '!' or '?' || (current == ')' && !hasParenthesis);
                if (current == '(') hasParenthesis = true;
                if (!isTail)
                {
                    EmitText(tail, _head + 1);
                    tail = _head + 1;
                }
            }
            _head++;
        }
    }

    private bool StartsInAddress(char current)
        => current == '&'
            || (current == '<' && At(1) == '!' && At(2) == '-' && At(3) == '-')
            || (current == '{' && At(1) == '{' && MayGoDeeper);

    private bool TryReadInAddress(char current)
    {
        if (!StartsInAddress(current)) return false;
        if (current == '&') ReadEntity();
        else if (current == '<') ReadComment();
        else ReadBraces();
        return true;
    }

    private bool IsEndOfUrl(char current)
    {
        var (next, context) = (At(1), Top.Context);
        return current is None or '\n' or '[' or ']' or '<' or '>' or '"' or ' '
            || (current == '\'' && next == '\'')
            || (current == '|' && (context & Context.Template) != 0)
            || (current == '=' && (context & (Context.TemplateKey | Context.Heading)) != 0)
            || (current == '}' && next == '}' && (context & Context.Template) != 0)
            || (current == '}' && next == '}' && At(2) == '}' && (context & Context.Argument) != 0);
    }

    private static bool IsOfScheme(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '.' or '-';
}
