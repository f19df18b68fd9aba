namespace InferenceServices.Wikitext.Parsing;

/// <summary>Italic and bold text.</summary>
internal sealed partial class EventReader
{
    private const int ItalicTicks = 2;
    private const int BoldTicks = 3;
    private const int BothTicks = 5;

    private Outcome ReadStyle()
    {
        var start = _head;
        while (At(0) == '\'') _head++;
        var ticks = _head - start;
        var (isItalic, isBold) = ((Top.Context & Context.Italic) != 0, (Top.Context & Context.Bold) != 0);
        var surplus = ticks > BothTicks ? ticks - BothTicks : ticks == BoldTicks + 1 ? 1 : 0;
        if (surplus > 0) EmitText(start, start + surplus);
        ticks -= surplus;
        start += surplus;

        if ((isItalic && ticks is ItalicTicks or BothTicks) || (isBold && ticks is BoldTicks or BothTicks))
        {
            if (ticks == BothTicks) _head -= isItalic ? BoldTicks : ItalicTicks;
            End();
            return Outcome.Ended;
        }
        if (!MayGoDeeper)
        {
            if (ticks == BoldTicks && (Top.Context & Context.SecondPass) != 0) return EndAfterApostrophe(start);
            if (ticks == BoldTicks && isItalic) Top.Context |= Context.PassAgain;
            EmitText(start, start + ticks);
        }
        else if (ticks == ItalicTicks) ReadItalic(start);
        else if (ticks == BothTicks) ReadItalicAndBold(start);
        else if (ReadBold(start)) return EndAfterApostrophe(start);
        _head--;
        return Outcome.Continues;
    }

    // An apostrophe and the end of the enclosing italic text.
    private Outcome EndAfterApostrophe(int start)
    {
        EmitText(start, start + 1);
        End();
        return Outcome.Ended;
    }

    private void ReadItalic(int start)
    {
        var reset = _head;
        if (TryReadStyle(Context.Italic, start, ItalicTicks)) return;
        var again = (_failed & Context.PassAgain) != 0;
        _head = reset;
        if (again && TryReadStyle(Context.Italic | Context.SecondPass, start, ItalicTicks)) return;
        _head = reset;
        EmitText(start, start + ItalicTicks);
    }

    /// <returns>True if it ends the enclosing text.</returns>
    private bool ReadBold(int start)
    {
        var reset = _head;
        if (TryReadStyle(Context.Bold, start, BoldTicks)) return false;
        _head = reset;
        if ((Top.Context & Context.SecondPass) != 0) return true;
        if ((Top.Context & Context.Italic) != 0)
        {
            Top.Context |= Context.PassAgain;
            EmitText(start, start + BoldTicks);
            return false;
        }
        EmitText(start, start + 1);
        ReadItalic(start + 1);
        return false;
    }

    private void ReadItalicAndBold(int start)
    {
        var reset = _head;
        if (TryReadBoth(start, Context.Bold, BoldTicks, Context.Italic, ItalicTicks)) return;
        _head = reset;
        if (TryReadBoth(start, Context.Italic, ItalicTicks, Context.Bold, BoldTicks)) return;
        _head = reset;
        EmitText(start, start + BothTicks);
    }

    // The inner text has ended; the outer text may end later, else its apostrophes are text.
    private bool TryReadBoth(int start, Context inner, int innerTicks, Context outer, int outerTicks)
    {
        Flush();
        var index = _events.Count;
        _events.Add(new Event(EventKind.Text, start, start + outerTicks));
        if (!TryReadStyle(inner, start + outerTicks, innerTicks))
        {
            _events.RemoveAt(index);
            return false;
        }
        var reset = _head;
        if (TryRead(outer))
        {
            _events[index] = new Event(EventKind.TagOpen, start, start + outerTicks, Value: MarkOf(outerTicks));
            EndStyle(outerTicks);
        }
        else _head = reset;
        return true;
    }

    private bool TryReadStyle(Context context, int start, int ticks)
    {
        if (!TryRead(context, new Event(EventKind.TagOpen, start, start + ticks, Value: MarkOf(ticks)))) return false;
        EndStyle(ticks);
        return true;
    }

    private void EndStyle(int ticks)
    {
        Emit(new Event(EventKind.TagBodyEnd, _head - ticks, _head));
        _events.Add(new Event(EventKind.TagClose, _head, _head));
    }

    private static char MarkOf(int ticks) => ticks == ItalicTicks ? 'i' : 'b';
}
