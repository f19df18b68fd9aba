namespace InferenceServices.Wikitext.Parsing;

/// <summary>Tables.</summary>
internal sealed partial class EventReader
{
    private void ReadTable()
    {
        var start = _head;
        var depth = _depth;
        Flush();
        var index = _events.Count;
        _head += 2;
        _events.Add(new Event(EventKind.TagOpen, start, start + 2, Value: 't'));
        if (MayEnd("|}") && !IsBad(Context.Table) && TryReadAttributes(Context.Table, '\n'))
        {
            _head++;
            _events.Add(new Event(EventKind.TagBody, _head, _head));
            if (TryRead(Context.Table))
            {
                Emit(new Event(EventKind.TagBodyEnd, _head - 2, _head));
                _events.Add(new Event(EventKind.TagClose, _head, _head));
                _head--;
                return;
            }
        }
        while (_depth > depth) Fail();
        _events.RemoveRange(index, _events.Count - index);
        _head = start;
        EmitCharacter();
    }

    private Outcome StepInTable(char current)
    {
        var (next, context) = (At(1), Top.Context);
        if (current == next && (current == '|' || (current == '!' && (context & Context.HeaderLine) != 0)))
        {
            if ((context & Context.DataLine) != 0 && current == '|') return ReadOrEndCell(Context.DataLine, 2);
            if ((context & Context.HeaderLine) != 0) return ReadOrEndCell(Context.HeaderLine, 2);
        }
        if (current == '|' && (context & Context.TableCellStyle) != 0) return EndCell(startsAgain: true);
        if (current == '\n' && (context & Context.CellLine) != 0)
        {
            Top.Context &= ~Context.CellLine;
            EmitCharacter();
            return Outcome.Continues;
        }
        if (current is '|' or '!' && IsFirstOfLine()) return StepAtLineStart(current, next);
        EmitCharacter();
        return Outcome.Continues;
    }

    private Outcome StepAtLineStart(char current, char next)
    {
        var context = Top.Context;
        if ((context & Context.TableCell) != 0) return EndCell(startsAgain: false);
        if (current == '!') return ReadCell(Context.HeaderLine, 1);
        if (next is not ('}' or '-')) return ReadCell(Context.DataLine, 1);
        if ((context & Context.TableRow) != 0)
        {
            End();
            return Outcome.Ended;
        }
        if (next == '-') return ReadRow();
        _head += 2;
        End();
        return Outcome.Ended;
    }

    private Outcome ReadRow()
    {
        var start = _head;
        if (!MayGoDeeper)
        {
            EmitText(start, start + 2);
            _head++;
            return Outcome.Continues;
        }
        const Context Row = Context.Table | Context.TableRow;
        if (IsBad(Row)) return Outcome.Failed;
        Emit(new Event(EventKind.TagOpen, start, start + 2, Value: 'r'));
        _head += 2;
        if (!TryReadAttributes(Row, '\n', start)) return Outcome.Failed;
        _head++;
        _events.Add(new Event(EventKind.TagBody, _head, _head));
        if (!TryRead(Row)) return Outcome.Failed;
        EndTableTag();
        return Outcome.Continues;
    }

    private Outcome ReadOrEndCell(Context line, int mark)
        => (Top.Context & Context.TableCell) != 0 ? EndCell(startsAgain: false) : ReadCell(line, mark);

    // A | after the start of a cell means that the start was attributes: the cell is read again.
    private Outcome ReadCell(Context line, int mark)
    {
        var start = _head;
        var context = Top.Context;
        if (!MayGoDeeper)
        {
            EmitText(start, start + mark);
            _head += mark - 1;
            return Outcome.Continues;
        }
        _head += mark;
        var reset = _head;
        var cell = Context.Table | Context.TableCell | line;
        Emit(new Event(EventKind.TagOpen, start, start + mark, Value: line == Context.DataLine ? 'd' : 'h'));
        var index = _events.Count;
        _events.Add(new Event(EventKind.TagBody, _head, _head));
        if (!TryRead(cell | Context.TableCellStyle)) return Outcome.Failed;
        var ended = Top.Context;
        Top.Context = context;
        if ((ended & Context.TableCellStyle) != 0)
        {
            _events.RemoveRange(index, _events.Count - index);
            _head = reset;
            if (!TryReadAttributes(cell, '|')) return Outcome.Failed;
            _head++;
            _events.Add(new Event(EventKind.TagBody, _head, _head));
            if (!TryRead(cell)) return Outcome.Failed;
            ended = Top.Context;
            Top.Context = context;
        }
        EndTableTag();
        Top.Context |= ended & (Context.DataLine | Context.HeaderLine);
        return Outcome.Continues;
    }

    private Outcome EndCell(bool startsAgain)
    {
        if (startsAgain) Top.Context |= Context.TableCellStyle;
        else Top.Context &= ~Context.TableCellStyle;
        EndKeepingContext();
        return Outcome.Ended;
    }

    // The enclosing frame reads the end marker.
    private void EndTableTag()
    {
        Emit(new Event(EventKind.TagBodyEnd, _head, _head));
        _events.Add(new Event(EventKind.TagClose, _head, _head));
        _head--;
    }

    /// <summary>Reads attributes up to an end character.</summary>
    /// <param name="context">Context of the frame.</param>
    /// <param name="end">End character outside quotes.</param>
    /// <param name="head">Start of the frame, if not the current position.</param>
    private bool TryReadAttributes(Context context, char end, int? head = null)
    {
        Begin(context);
        if (head is { } began) Top.Head = began;
        var tag = new TagState(TagPart.Ready);
        while (true)
        {
            Poll();
            var current = At(0);
            if (current == end && tag.MayEnd)
            {
                EndAttribute(ref tag);
                End();
                return true;
            }
            if (current == None || current == end)
            {
                if (!RereadQuote(ref tag)) return FailInTag();
                continue;
            }
            if (!ReadInTag(ref tag, current)) return false;
            _head++;
        }
    }
}
