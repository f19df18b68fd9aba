using System.Buffers;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Reads wikitext with one position and a stack of open constructs; a construct without an end becomes text.</summary>
/// <remarks>
/// Methods that read a construct return false if it fails: the frame is removed, its position recorded, and the caller resets the position. Parts: templates and
/// arguments, links, tags, styles, tables.
/// </remarks>
internal sealed partial class EventReader(string text, CancellationToken cancellationToken)
{
    private const int MaxDepth = 100;
    private const int StepsPerPoll = 4096;
    private const char None = '\0';

    // Characters that may start markup; all others are text.
    private static readonly SearchValues<char> Markers = SearchValues.Create("{}[]<>|=&'#*;:/-!\n\0");

    private readonly string _text = text;
    private readonly List<Event> _events = [];
    private readonly HashSet<(int Head, Context Context)> _bad = [];
    private Frame[] _frames = new Frame[MaxDepth + 8];
    private int _depth;
    private int _head;
    private int _steps;
    private bool _isInHeading;
    private Context _failed;

    public List<Event> Read()
    {
        Begin(Context.None);
        ReadOn();
        return _events;
    }

    private ref Frame Top => ref _frames[_depth - 1];

    private bool MayGoDeeper => _depth < MaxDepth && !IsOverworked;

    private char At(int offset)
    {
        var position = _head + offset;
        return (uint)position < (uint)_text.Length ? _text[position] : None;
    }

    private bool IsAtLineStart => At(-1) is None or '\n';

    private static bool IsMarker(char character) => Markers.Contains(character);

    private static bool IsSpace(char character) => PythonCharacters.IsSpace(character);

    private void Poll()
    {
        if (++_steps % StepsPerPoll == 0) cancellationToken.ThrowIfCancellationRequested();
    }

    private bool IsBad(Context context) => _bad.Contains((_head, context));

    /// <summary>Pushes a frame; its opening marker, if any, is dropped with it on failure.</summary>
    private void Begin(Context context)
    {
        Flush();
        if (_depth == _frames.Length) Array.Resize(ref _frames, _frames.Length * 2);
        _frames[_depth++] = new Frame { Context = context, Head = _head, Begun = context, FirstEvent = _events.Count };
    }

    private void Begin(Context context, Event opening)
    {
        Begin(context);
        _events.Add(opening);
    }

    /// <summary>Pops a successful frame; its events are added to the parent frame.</summary>
    private void End()
    {
        Flush();
        _depth--;
    }

    private void EndKeepingContext()
    {
        var context = Top.Context;
        End();
        Top.Context = context;
    }

    /// <summary>Pops a failed frame.</summary>
    private bool Fail()
    {
        _failed = Top.Context;
        _bad.Add((Top.Head, Top.Begun));
        Drop();
        return false;
    }

    private void Drop()
    {
        _events.RemoveRange(Top.FirstEvent, _events.Count - Top.FirstEvent);
        _depth--;
    }

    private void Flush()
    {
        if (_depth == 0 || Top.TextStart == Top.TextEnd) return;
        _events.Add(new Event(EventKind.Text, Top.TextStart, Top.TextEnd));
        Top.TextStart = Top.TextEnd = 0;
    }

    private void Emit(Event found)
    {
        Flush();
        _events.Add(found);
    }

    private void EmitText(int start, int end)
    {
        ref var top = ref Top;
        if (top.TextStart == top.TextEnd) top.TextStart = start;
        top.TextEnd = end;
    }

    private void EmitCharacter() => EmitText(_head, Math.Min(_head + 1, _text.Length));

    /// <summary>Pushes a frame and reads it.</summary>
    private bool TryRead(Context context, Event opening = default)
    {
        if (IsBad(context))
        {
            _failed = context;
            return false;
        }
        Begin(context);
        if (opening.End > 0) _events.Add(opening);
        return ReadOn();
    }

    /// <summary>Reads the top frame to its end.</summary>
    private bool ReadOn()
    {
        // Ends of the current heading after which a later end on the line was searched.
        var headingEnds = 0;
        while (true)
        {
            Poll();
            SkipText();
            var current = At(0);
            var outcome = Step(current, ref headingEnds);
            if (outcome == Outcome.Failed && headingEnds > 0) return TakeHeadingEnd(headingEnds);
            if (outcome != Outcome.Continues) return outcome == Outcome.Ended;
            _head++;
        }
    }

    // Characters that cannot be a marker and do not change the context.
    private void SkipText()
    {
        var context = Top.Context;
        if ((context & Context.Unsafe) != 0
            && ((context & (Context.FailNext | Context.FailOnOpenBrace | Context.FailOnCloseBrace | Context.FailOnText)) != 0
                || ((context & Context.TemplateName) != 0 && (context & Context.HasText) == 0)))
        {
            return;
        }
        if (_head >= _text.Length) return;
        var length = _text.AsSpan(_head).IndexOfAny(Markers);
        if (length < 0) length = _text.Length - _head;
        if (length == 0) return;
        EmitText(_head, _head + length);
        _head += length;
    }

    private Outcome Step(char current, ref int headingEnds)
    {
        if ((Top.Context & Context.Unsafe) != 0 && !IsSafe(current))
        {
            if ((Top.Context & Context.Double) != 0) Drop();
            Fail();
            return Outcome.Failed;
        }
        if (current == None || (_steps >= Many && IsInVain())) return ReadEnd();
        if (!IsMarker(current))
        {
            EmitCharacter();
            return Outcome.Continues;
        }
        return StepIntoBraces(current) ?? StepIntoLinks(current) ?? StepIntoHeadings(current, ref headingEnds) ?? StepIntoTags(current) ?? StepIntoLines(current);
    }

    private Outcome? StepIntoBraces(char current)
    {
        var (next, context) = (At(1), Top.Context);
        if (current == '{' && next == '{')
        {
            if (MayGoDeeper) ReadBraces();
            else EmitCharacter();
            return Outcome.Continues;
        }
        if (current == '|' && (context & Context.Template) != 0) return ReadTemplateSeparator();
        if (current == '=' && (context & Context.TemplateKey) != 0)
        {
            if (!_isInHeading && IsAtLineStart && next == '=') ReadHeading();
            else ReadTemplateEquals();
            return Outcome.Continues;
        }
        if (current == '}' && next == '}' && (context & Context.Template) != 0) return ReadTemplateEnd();
        if (current == '|' && (context & Context.ArgumentName) != 0)
        {
            Top.Context ^= Context.ArgumentName | Context.ArgumentDefault;
            Emit(new Event(EventKind.ArgumentSeparator, _head, _head + 1));
            return Outcome.Continues;
        }
        if (current == '}' && next == '}' && (context & Context.Argument) != 0)
        {
            if (At(2) == '}')
            {
                _head += 2;
                End();
                return Outcome.Ended;
            }
            EmitCharacter();
            return Outcome.Continues;
        }
        return null;
    }

    private Outcome? StepIntoLinks(char current)
    {
        var (next, context) = (At(1), Top.Context);
        if (current == '[' && next == '[' && MayGoDeeper)
        {
            if ((context & Context.NoLinks) == 0) ReadLink();
            else EmitCharacter();
            return Outcome.Continues;
        }
        if (current == '|' && (context & Context.LinkTitle) != 0)
        {
            Top.Context ^= Context.LinkTitle | Context.LinkText;
            Emit(new Event(EventKind.LinkSeparator, _head, _head + 1));
            return Outcome.Continues;
        }
        if (current == ']' && next == ']' && (context & Context.Link) != 0)
        {
            _head++;
            End();
            return Outcome.Ended;
        }
        if (current == '[' || (current == ':' && !IsMarker(At(-1))))
        {
            ReadExternalLink(hasBrackets: current == '[');
            return Outcome.Continues;
        }
        if (current == ']' && (context & Context.ExternalTitle) != 0)
        {
            End();
            return Outcome.Ended;
        }
        return null;
    }

    private Outcome? StepIntoHeadings(char current, ref int headingEnds)
    {
        var context = Top.Context;
        if (current == '=' && !_isInHeading && (context & Context.Template) == 0)
        {
            if (IsAtLineStart) ReadHeading();
            else EmitCharacter();
            return Outcome.Continues;
        }
        if ((context & Context.Heading) == 0) return null;
        if (current == '=') return ReadHeadingEnd(ref headingEnds);
        if (current != '\n') return null;
        Fail();
        return Outcome.Failed;
    }

    private Outcome? StepIntoTags(char current)
    {
        var (next, context) = (At(1), Top.Context);
        if (current == '&')
        {
            ReadEntity();
            return Outcome.Continues;
        }
        if (current == '<' && next == '!')
        {
            if (At(2) == '-' && At(3) == '-') ReadComment();
            else EmitCharacter();
            return Outcome.Continues;
        }
        if (current == '<' && next == '/' && At(2) != None)
        {
            if ((context & Context.TagBody) != 0) BeginTagEnd();
            else ReadInvalidTag();
            return Outcome.Continues;
        }
        if (current == '<' && (context & Context.TagClose) == 0)
        {
            if (MayGoDeeper) ReadTag();
            else EmitCharacter();
            return Outcome.Continues;
        }
        return current == '>' && (context & Context.TagClose) != 0 ? EndTag() : null;
    }

    private Outcome StepIntoLines(char current)
    {
        var (next, context) = (At(1), Top.Context);
        if (current == '\'' && next == '\'') return ReadStyle();
        if (IsAtLineStart && current is '#' or '*' or ';' or ':') ReadListMarkers();
        else if (IsAtLineStart && current == '-' && next == '-' && At(2) == '-' && At(3) == '-') ReadRule();
        else if (current is '\n' or ':' && (context & Context.Term) != 0) ReadTermEnd();
        else if (current == '{' && next == '|' && IsFirstOfLine())
        {
            if (MayGoDeeper) ReadTable();
            else EmitCharacter();
        }
        else if ((context & Context.Table) != 0) return StepInTable(current);
        else EmitCharacter();
        return Outcome.Continues;
    }

    private Outcome ReadEnd()
    {
        var context = Top.Context;
        if ((context & Context.NeedsEnd) == 0)
        {
            End();
            return Outcome.Ended;
        }
        if ((context & Context.TagBody) != 0)
        {
            if (TagNames.IsSingle(NameOfTag())) return EndSingleTag();
        }
        else
        {
            if ((context & Context.TableCell) != 0) Drop();
            if ((Top.Context & Context.Double) != 0) Drop();
        }
        Fail();
        return Outcome.Failed;
    }

    private enum Outcome
    {
        Continues,
        Ended,
        Failed,
    }
}
