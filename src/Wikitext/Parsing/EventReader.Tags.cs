using System.Diagnostics.CodeAnalysis;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Tags and their attributes.</summary>
internal sealed partial class EventReader
{

    private void ReadTag()
    {
        var start = _head;
        _head++;
        if (TryReadTag(start))
        {
            return;
        }
        _head = start;
        EmitCharacter();
    }

    // </br> is read as <br>.
    private void ReadInvalidTag()
    {
        var start = _head;
        _head += 2;
        var end = _head;
        while (end < _text.Length && !IsMarker(_text[end]) && !IsSpace(_text[end])) end++;
        if (TagNames.IsSingleOnly(_text.AsSpan(_head, end - _head)) && TryReadTag(start)) return;
        _head = start + 1;
        EmitText(start, start + 2);
    }

    /// <summary>Reads a tag, starting at its name.</summary>
    private bool TryReadTag(int start)
    {
        if (IsBad(Context.TagOpen) || !MayEnd(">")) return false;
        Begin(Context.TagOpen, new Event(EventKind.TagOpen, start, _head, _head, _head));
        var tag = new TagState(TagPart.Name);
        while (true)
        {
            Poll();
            var current = At(0);
            if (current == None)
            {
                if (!RereadQuote(ref tag)) return FailInTag();
                continue;
            }
            if (current == '>' && tag.MayEnd)
            {
                EndAttribute(ref tag);
                return ReadBody();
            }
            if (current == '/' && At(1) == '>' && tag.MayEnd)
            {
                EndAttribute(ref tag);
                _head++;
                Emit(new Event(EventKind.TagClose, _head + 1, _head + 1));
                End();
                return true;
            }
            if (!ReadInTag(ref tag, current)) return false;
            _head++;
        }
    }

    private bool ReadBody()
    {
        Top.Context = Context.TagBody;
        var name = NameOfTag();
        if (TagNames.IsSingleOnly(name))
        {
            Emit(new Event(EventKind.TagClose, _head + 1, _head + 1));
            End();
            return true;
        }
        Flush();
        Top.BodyEvent = _events.Count;
        _events.Add(new Event(EventKind.TagBody, _head, _head + 1));
        _head++;
        if (TagNames.IsRaw(name)) return ReadRawBody(name);
        return TagNames.IsSingle(name) || MayEnd(name) ? ReadOn() : Fail();
    }

    private ReadOnlySpan<char> NameOfTag()
    {
        var opening = _events[Top.FirstEvent];
        return _text.AsSpan(opening.NameStart, opening.NameEnd - opening.NameStart);
    }

    private bool ReadRawBody(ReadOnlySpan<char> name)
    {
        if (!IsAhead(name)) return Fail();
        while (true)
        {
            Poll();
            var current = At(0);
            if (current == None) return Fail();
            if (current == '<' && At(1) == '/')
            {
                var end = _head + 2;
                while (end < _text.Length && !IsMarker(_text[end])) end++;
                if (end < _text.Length && _text[end] == '>' && IsSameName(_text.AsSpan(_head + 2, end - _head - 2), name))
                {
                    Emit(new Event(EventKind.TagBodyEnd, _head, _head + 2));
                    _events.Add(new Event(EventKind.TagClose, end + 1, end + 1));
                    _head = end;
                    End();
                    return true;
                }
                EmitText(_head, _head + 2);
                _head++;
            }
            else if (current == '&') ReadEntity();
            else EmitCharacter();
            _head++;
        }
    }

    private void BeginTagEnd()
    {
        Emit(new Event(EventKind.TagBodyEnd, _head, _head + 2));
        _head++;
        Begin(Context.TagClose);
    }

    // The content between </ and > must be the name, as plain text.
    private Outcome EndTag()
    {
        var isText = _events.Count == Top.FirstEvent && Top.TextStart < Top.TextEnd;
        var closing = isText ? (Top.TextStart, Top.TextEnd) : default;
        Drop();
        if (!isText || !IsSameName(_text.AsSpan(closing.TextStart, closing.TextEnd - closing.TextStart), NameOfTag()))
        {
            Fail();
            return Outcome.Failed;
        }
        Emit(new Event(EventKind.TagClose, _head + 1, _head + 1));
        End();
        return Outcome.Ended;
    }

    // A tag with an optional end has no end: its content follows the tag.
    private Outcome EndSingleTag()
    {
        var body = _events[Top.BodyEvent];
        _events[Top.BodyEvent] = new Event(EventKind.TagClose, body.End, body.End);
        End();
        return Outcome.Ended;
    }

    private static bool IsSameName(ReadOnlySpan<char> written, ReadOnlySpan<char> name)
        => written.TrimEnd(Spaces).Equals(name.TrimEnd(Spaces), StringComparison.OrdinalIgnoreCase);

    private static readonly string Spaces = string.Concat(Enumerable.Range(0, 0x3001).Where(PythonCharacters.IsSpace).Select(codePoint => (char)codePoint));

    private bool FailInTag()
    {
        if ((Top.Context & Context.TagAttribute) != 0) Drop();
        return Fail();
    }

    /// <summary>Handles a quote without a closing quote as a normal character.</summary>
    private bool RereadQuote(ref TagState tag)
    {
        if ((Top.Context & Context.TagAttribute) == 0 || !tag.IsQuoted) return false;
        _bad.Add((Top.Head, Top.Begun));
        Drop();
        _head = tag.QuoteHead;
        tag = new TagState(TagPart.Value);
        return true;
    }

    private bool ReadInTag(ref TagState tag, char current)
    {
        if (tag.Part == TagPart.Name) return ReadInName(ref tag, current);
        if (IsSpace(current))
        {
            ReadSpace(ref tag);
            return true;
        }
        if (tag.NotesSpace)
        {
            // Text after the closing quote: the quote does not close the value.
            RereadQuote(ref tag);
            _head--;
            return true;
        }
        if (tag.Part == TagPart.Ready)
        {
            tag.Part = TagPart.AttributeName;
            Begin(Context.TagAttribute);
        }
        else if (tag.Part == TagPart.AttributeName)
        {
            if (current == '=')
            {
                tag = new TagState(TagPart.Value) { NotesQuote = true };
                EmitCharacter();
                return true;
            }
            if (tag.NotesEquals)
            {
                EndAttribute(ref tag);
                tag = new TagState(TagPart.AttributeName);
                Begin(Context.TagAttribute);
            }
        }
        else if (ReadInValue(ref tag, current)) return true;
        ReadTagText(current);
        return true;
    }

    private bool ReadInName(ref TagState tag, char current)
    {
        if (IsMarker(current) || (IsSpace(current) && !tag.NotesSpace)) return Fail();
        if (IsSpace(current))
        {
            tag = new TagState(TagPart.Ready);
            EmitCharacter();
            return true;
        }
        tag.NotesSpace = true;
        EmitCharacter();
        var opening = _events[Top.FirstEvent];
        _events[Top.FirstEvent] = opening with { NameEnd = _head + 1 };
        return true;
    }

    /// <returns>True if the character was consumed.</returns>
    private bool ReadInValue(ref TagState tag, char current)
    {
        var isEscaped = At(-1) == '\\' && At(-2) != '\\';
        if (tag.NotesQuote)
        {
            tag.NotesQuote = false;
            if (current is not ('"' or '\'') || isEscaped) return false;
            if (IsBad(Top.Context))
            {
                tag = new TagState(TagPart.Value);
                _head--;
                return true;
            }
            tag.IsQuoted = true;
            tag.Quote = current;
            tag.QuoteHead = _head;
            Begin(Top.Context);
            EmitCharacter();
            return true;
        }
        if (!tag.IsQuoted || current != tag.Quote || isEscaped) return false;
        tag.NotesSpace = true;
        EmitCharacter();
        return true;
    }

    private void ReadSpace(ref TagState tag)
    {
        EmitCharacter();
        var endsValue = tag.Part == TagPart.Value && !tag.IsQuoted && !tag.NotesQuote;
        if (endsValue || (tag.IsQuoted && tag.NotesSpace))
        {
            EndAttribute(ref tag);
            tag = new TagState(TagPart.Ready);
        }
        else if (tag.NotesSpace) tag = new TagState(TagPart.Ready);
        else if (tag.Part == TagPart.AttributeName) tag.NotesEquals = true;
    }

    private void ReadTagText(char current)
    {
        if (MayGoDeeper && current is '{' or '[' or '<')
        {
            var next = At(1);
            if (MayGoDeeper && current == '{' && next == '{')
            {
                ReadBraces();
                return;
            }
            if (MayGoDeeper && current == '[' && next == '[')
            {
                ReadLink();
                return;
            }
            if (MayGoDeeper && current == '<')
            {
                ReadTag();
                return;
            }
        }
        EmitCharacter();
    }

    // The frames of a quoted value and of the attribute are merged into the frame of the tag.
    private void EndAttribute(ref TagState tag)
    {
        if (tag.Part is not (TagPart.AttributeName or TagPart.Value)) return;
        if (tag.IsQuoted) End();
        End();
    }

    private enum TagPart : byte
    {
        Name,
        Ready,
        AttributeName,
        Value,
    }

    /// <summary>Position within a tag.</summary>
    [SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
    private struct TagState(TagPart part)
    {
        public TagPart Part = part;
        public bool IsQuoted;

        /// <summary>In a name: at least one character was read. In a quoted value: the quote was closed.</summary>
        public bool NotesSpace;
        public bool NotesEquals;
        public bool NotesQuote;
        public char Quote;
        public int QuoteHead;

        public readonly bool MayEnd => (Part != TagPart.Name && !IsQuoted) || NotesSpace;
    }
}
