namespace InferenceServices.Wikitext.Parsing;

/// <summary>Checks whether an end marker exists ahead; without this check, text with many unclosed openings would be read repeatedly.</summary>
internal sealed partial class EventReader
{
    // Ordinary text needs less than one step per character.
    private const int ManyStepsPerCharacter = 2;
    private const int ManySteps = 50_000;
    private const int MostTimesMany = 3;

    // By end marker or tag name: search position and result; the text length if not found.
    private readonly Dictionary<string, (int From, int Found)> _ahead = new(StringComparer.OrdinalIgnoreCase);

    private long Many => ManySteps + ManyStepsPerCharacter * (long)_text.Length;

    /// <summary>Text with too many unclosed openings: no further construct is opened. The Python library would continue, possibly for hours.</summary>
    private bool IsOverworked => _steps > MostTimesMany * Many;

    /// <summary>Whether to search for an end. A failed search records failed inner openings, which may change the result; the search is only skipped after many searches.</summary>
    /// <param name="end">End marker or tag name.</param>
    private bool MayEnd(ReadOnlySpan<char> end) => _steps < Many || IsAhead(end);

    /// <summary>Whether an open construct has no end marker ahead: a hundred nested unclosed links would each be read to the end of the text.</summary>
    private bool IsInVain()
    {
        var context = Top.Context;
        if ((context & Context.Link) != 0) return !IsAhead("]]");
        if ((context & (Context.Template | Context.Argument)) != 0) return !IsAhead("}}");
        if ((context & (Context.Table | Context.TableRow | Context.TableCell)) != 0) return !IsAhead("|}");
        return (context & Context.TagBody) != 0 && !TagNames.IsSingle(NameOfTag()) && !IsAhead(NameOfTag());
    }

    private bool IsAhead(ReadOnlySpan<char> end)
    {
        var known = _ahead.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(end, out var looked) || _head < looked.From || _head > looked.Found)
            known[end] = looked = (_head, char.IsAsciiLetterOrDigit(end[0]) || end[0] > 0x7F ? FindTagEnd(end) : FindMark(end));
        return looked.Found < _text.Length;
    }

    private int FindMark(ReadOnlySpan<char> mark)
    {
        var found = _text.AsSpan(_head).IndexOf(mark);
        return found < 0 ? _text.Length : _head + found;
    }

    private int FindTagEnd(ReadOnlySpan<char> name)
    {
        var at = _head;
        while (true)
        {
            Poll();
            var next = _text.AsSpan(at).IndexOf("</");
            if (next < 0) return _text.Length;
            at += next;
            if (_text.AsSpan(at + 2).StartsWith(name, StringComparison.OrdinalIgnoreCase)) return at;
            at += 2;
        }
    }
}
