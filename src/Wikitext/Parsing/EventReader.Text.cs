using System.Globalization;
using System.Net;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Headings, entities, comments, lists and rules.</summary>
internal sealed partial class EventReader
{
    private const int LongestEntity = 8;
    private const int LowestHeading = 6;

    private int _headingLevel;
    private int _lastHeadingEnd;
    private int _lastHeadingEndLength;
    private int _noCommentEndFrom = int.MaxValue;

    private void ReadHeading()
    {
        _isInHeading = true;
        var start = _head;
        var length = SkipEquals();
        var opening = new Event(EventKind.HeadingOpen, start, start + length);
        Flush();
        var index = _events.Count;
        if (TryRead((Context)((ulong)Context.Heading1 << (Math.Min(length, LowestHeading) - 1)), opening))
        {
            _events[index] = opening with { Value = _headingLevel };
            if (_headingLevel < length) _events.Insert(index + 1, new Event(EventKind.Text, start + _headingLevel, start + length));
            Emit(new Event(EventKind.HeadingClose, _head, _head + 1));
        }
        else
        {
            _head = start + length - 1;
            EmitText(start, start + length);
        }
        _isInHeading = false;
    }

    // The last marker on the line ends the heading, so each marker starts a search for a later one.
    private Outcome ReadHeadingEnd(ref int headingEnds)
    {
        _lastHeadingEnd = _head;
        _lastHeadingEndLength = SkipEquals();
        var context = Top.Context;
        EmitText(_lastHeadingEnd, _head);
        headingEnds++;
        if (!IsBad(context))
        {
            Begin(context);
            _head--;
            return Outcome.Continues;
        }
        Flush();
        return Outcome.Failed;
    }

    private bool TakeHeadingEnd(int headingEnds)
    {
        var level = Level(Top.Context);
        _headingLevel = Math.Min(level, Math.Min(_lastHeadingEndLength, LowestHeading));
        var last = _events[^1];
        _events[^1] = last with { End = _lastHeadingEnd + _lastHeadingEndLength - _headingLevel };
        _head = _lastHeadingEnd + _lastHeadingEndLength - 1;
        for (; headingEnds > 0; headingEnds--) End();
        return true;
    }

    private static int Level(Context context)
        => System.Numerics.BitOperations.TrailingZeroCount((ulong)(context & Context.Heading)) - System.Numerics.BitOperations.TrailingZeroCount((ulong)Context.Heading1) + 1;

    private int SkipEquals()
    {
        var start = _head;
        while (At(0) == '=') _head++;
        return _head - start;
    }

    private void ReadEntity()
    {
        var length = LengthOfEntity();
        if (length == 0)
        {
            EmitCharacter();
            return;
        }
        Emit(new Event(EventKind.Entity, _head, _head + length));
        _head += length - 1;
    }

    /// <returns>0 if there is no match.</returns>
    private int LengthOfEntity()
    {
        var isNumeric = At(1) == '#';
        var isHexadecimal = isNumeric && At(2) is 'x' or 'X';
        var start = isHexadecimal ? 3 : isNumeric ? 2 : 1;
        while (isNumeric && At(start) == '0') start++;
        var end = start;
        while (end - start <= LongestEntity && IsOfEntity(At(end), isNumeric, isHexadecimal)) end++;
        if (end == start || end - start > LongestEntity || At(end) != ';') return 0;
        return isNumeric ? IsCodePoint(start, end, isHexadecimal) ? end + 1 : 0 : IsNamed(end) ? end + 1 : 0;
    }

    private static bool IsOfEntity(char character, bool isNumeric, bool isHexadecimal)
        => isHexadecimal ? char.IsAsciiHexDigit(character) : isNumeric ? char.IsAsciiDigit(character) : char.IsAsciiLetterOrDigit(character);

    private bool IsCodePoint(int start, int end, bool isHexadecimal)
        => long.Parse(_text.AsSpan(_head + start, end - start), isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and <= 0x10FFFF;

    // The framework knows the entities of HTML 4 and one more.
    private bool IsNamed(int end)
    {
        var entity = _text.Substring(_head, end + 1);
        return entity != "&apos;" && WebUtility.HtmlDecode(entity) != entity;
    }

    private void ReadComment()
    {
        var start = _head;
        var end = start + 4 >= _noCommentEndFrom ? -1 : _text.IndexOf("-->", start + 4, StringComparison.Ordinal);
        if (end < 0)
        {
            _noCommentEndFrom = Math.Min(_noCommentEndFrom, start + 4);
            _head = start + 3;
            EmitText(start, start + 4);
            return;
        }
        Emit(new Event(EventKind.Comment, start, end + 3));
        _head = end + 2;
        Top.Context &= ~Context.FailNext;
    }

    private void ReadListMarkers()
    {
        ReadListMarker();
        while (At(1) is '#' or '*' or ';' or ':')
        {
            _head++;
            ReadListMarker();
        }
    }

    private void ReadListMarker()
    {
        if (At(0) == ';') Top.Context |= Context.Term;
        EmitMark(_head, _head + 1, At(0));
    }

    private void ReadRule()
    {
        var start = _head;
        while (At(1) == '-') _head++;
        EmitMark(start, _head + 1, '-');
    }

    private void ReadTermEnd()
    {
        var current = At(0);
        Top.Context ^= Context.Term;
        if (current == ':')
        {
            ReadListMarker();
            return;
        }
        EmitCharacter();
        Top.Context &= ~Context.CellLine;
    }

    // A tag without a body, from a marker at the start of a line.
    private void EmitMark(int start, int end, char mark)
    {
        Emit(new Event(EventKind.TagOpen, start, end, Value: mark));
        _events.Add(new Event(EventKind.TagClose, end, end));
    }

    private bool IsFirstOfLine()
    {
        for (var offset = -1; ; offset--)
        {
            var before = At(offset);
            if (before is None or '\n') return true;
            if (!IsSpace(before)) return false;
        }
    }
}
