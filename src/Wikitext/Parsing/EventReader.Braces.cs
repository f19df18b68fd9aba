namespace InferenceServices.Wikitext.Parsing;

/// <summary>Templates and arguments.</summary>
internal sealed partial class EventReader
{
    private const int MostBraces = 255;

    // The innermost braces belong to the first construct: {{{{a}}}} is a template whose name is a template.
    private void ReadBraces()
    {
        var start = _head;
        _head += 2;
        while (At(0) == '{' && _head - start < MostBraces) _head++;
        var braces = _head - start;
        Begin(Context.None);
        var first = Top.FirstEvent;
        var hasTemplate = false;
        while (braces > 0)
        {
            if (braces >= 3 && TryReadArgument(start + braces - 3, first)) braces -= 3;
            else if (braces >= 2 && TryReadTemplate(hasTemplate, start + braces - 2, first)) braces -= 2;
            else
            {
                End();
                if (_events.Count == first) EmitText(start, start + braces);
                else _events.Insert(first, new Event(EventKind.Text, start, start + braces));
                _head--;
                return;
            }
            if (braces > 0)
            {
                hasTemplate = true;
                _head++;
            }
        }
        End();
        Top.Context &= ~Context.FailNext;
    }

    private bool TryReadTemplate(bool hasTemplate, int start, int first)
    {
        var context = Context.TemplateName | (hasTemplate ? Context.HasTemplate : Context.None);
        if (!TryReadFrom(first, context, new Event(EventKind.TemplateOpen, start, start + 2))) return false;
        Emit(new Event(EventKind.TemplateClose, _head - 1, _head + 1));
        return true;
    }

    private bool TryReadArgument(int start, int first)
    {
        if (!TryReadFrom(first, Context.ArgumentName, new Event(EventKind.ArgumentOpen, start, start + 3))) return false;
        Emit(new Event(EventKind.ArgumentClose, _head - 2, _head + 1));
        return true;
    }

    /// <summary>Reads a frame whose opening precedes a given event.</summary>
    private bool TryReadFrom(int first, Context context, Event opening)
    {
        if (!MayEnd("}}")) return false;
        var reset = _head;
        var isFirst = _events.Count == first;
        if (!TryRead(context, isFirst ? opening : default))
        {
            _head = reset;
            return false;
        }
        if (!isFirst) _events.Insert(first, opening);
        return true;
    }

    // Each key and each value is read in its own frame.
    private Outcome ReadTemplateSeparator()
    {
        if ((Top.Context & Context.TemplateName) != 0)
        {
            if ((Top.Context & (Context.HasText | Context.HasTemplate)) == 0)
            {
                Fail();
                return Outcome.Failed;
            }
            Top.Context ^= Context.TemplateName;
        }
        else if ((Top.Context & Context.TemplateValue) != 0) Top.Context ^= Context.TemplateValue;
        if ((Top.Context & Context.TemplateKey) != 0) End();
        else Top.Context |= Context.TemplateKey;
        Emit(new Event(EventKind.TemplateSeparator, _head, _head + 1));
        Begin(Top.Context);
        return Outcome.Continues;
    }

    private void ReadTemplateEquals()
    {
        End();
        Top.Context ^= Context.TemplateKey | Context.TemplateValue;
        EmitText(_head, _head + 1);
    }

    private Outcome ReadTemplateEnd()
    {
        if ((Top.Context & Context.TemplateName) != 0 && (Top.Context & (Context.HasText | Context.HasTemplate)) == 0)
        {
            Fail();
            return Outcome.Failed;
        }
        if ((Top.Context & Context.TemplateKey) != 0) End();
        _head++;
        End();
        return Outcome.Ended;
    }

    /// <summary>Returns whether a character is allowed in names and titles.</summary>
    private bool IsSafe(char current)
    {
        var context = Top.Context;
        if ((context & Context.FailNext) != 0) return false;
        if ((context & Context.LinkTitle) != 0) return IsSafeInTitle(current);
        if ((context & Context.ExternalTitle) != 0) return current != '\n';
        return (context & Context.TemplateName) != 0 ? IsSafeInTemplateName(current) : IsSafeInKey(current);
    }

    private bool IsSafeInTitle(char current)
    {
        if (current is ']' or '{' || (current == '<' && At(1) == '!')) Top.Context |= Context.FailNext;
        else if (current is '\n' or '[' or '}' or '>' or '<') return false;
        return true;
    }

    private bool IsSafeInTemplateName(char current)
    {
        ref var context = ref Top.Context;
        if (current == '{') context |= Context.HasTemplate | Context.FailNext;
        else if (current == '}' || (current == '<' && At(1) == '!')) context |= Context.FailNext;
        else if (current is '[' or ']' or '<' or '>') return false;
        else if (current == '|') return true;
        else if ((context & Context.HasText) != 0)
        {
            if ((context & Context.FailOnText) != 0) return current != None && IsSpace(current);
            if (current == '\n') context |= Context.FailOnText;
        }
        else if (current == None || !IsSpace(current)) context |= Context.HasText;
        return true;
    }

    private bool IsSafeInKey(char current)
    {
        ref var context = ref Top.Context;
        if ((context & Context.FailOnEquals) != 0) return current != '=';
        if ((context & Context.FailOnOpenBrace) != 0)
        {
            if (current == '{' || (At(-1) == '{' && At(-2) == '{'))
                context |= (context & Context.Template) != 0 ? Context.FailOnEquals : Context.FailNext;
            else context ^= Context.FailOnOpenBrace;
        }
        else if ((context & Context.FailOnCloseBrace) != 0)
        {
            if (current == '}') context |= Context.FailNext;
            else context ^= Context.FailOnCloseBrace;
        }
        else if (current == '{') context |= Context.FailOnOpenBrace;
        else if (current == '}') context |= Context.FailOnCloseBrace;
        return true;
    }
}
