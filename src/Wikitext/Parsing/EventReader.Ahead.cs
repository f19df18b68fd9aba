namespace InferenceServices.Wikitext.Parsing;

/// <summary>Whether what is begun can end at all; without that, text that begins more than it ends would be read again and again.</summary>
internal sealed partial class EventReader
{
    // Ordinary text takes less than one a character.
    private const int ManyStepsPerCharacter = 2;
    private const int ManySteps = 50_000;
    private const int MostTimesMany = 10;

    // By what ends something, or by the name of the tag that it ends: where was looked for it, and where it was; the text's length where there was none.
    private readonly Dictionary<string, (int From, int Found)> _ahead = new(StringComparer.OrdinalIgnoreCase);

    private long Many => ManySteps + ManyStepsPerCharacter * (long)_text.Length;

    /// <summary>Text that begins again and again what does not end: from here on nothing more is begun in it. The Python library would go on, for hours if need be.</summary>
    private bool IsOverworked => _steps > MostTimesMany * Many;

    /// <summary>Whether to look for an end. Looking in vain teaches what begins in vain within, which may change what comes of it: so it is only spared where it was done often.</summary>
    /// <param name="end">A mark, or the name of a tag.</param>
    private bool MayEnd(ReadOnlySpan<char> end) => _steps < Many || IsAhead(end);

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
