using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Reads a pickle as data. Names are not resolved, nothing is imported, created or called; the reader does not recurse over objects.</summary>
/// <remarks>Python's <c>pickletools</c> describes the operations. Objects may contain themselves: code that follows them limits the depth.</remarks>
internal sealed class PickleReader
{
    // Estimates for 64-bit .NET, including the growth of lists.
    private const int ObjectBytes = 96;
    private const int SlotBytes = 16;
    private const int EntryBytes = 32;
    private const int NumberBytes = 24;
    private const int MemoBytes = 64;

    // Small numbers are most of the values; they are shared.
    private static readonly object True = true, False = false;
    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(number => (object)(long)number)];

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly PickleInput _input;
    private readonly PickleLimits _limits;
    private readonly Func<PickleInstance, InlineData?> _findInline;
    private readonly int _nested;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private long _memory;

    private PickleReader(PickleInput input, PickleLimits limits, Func<PickleInstance, InlineData?> findInline, int nested, long memory)
    {
        _input = input;
        _limits = limits;
        _findInline = findInline;
        _nested = nested;
        _memory = memory;
    }

    /// <summary>Reads the object of a file. Bytes after it are ignored.</summary>
    /// <param name="file">The uncompressed file; objects refer to it.</param>
    /// <param name="limits">Limits.</param>
    /// <param name="findInline">Returns the data that follows a completed instance, or null.</param>
    /// <returns>See <see cref="PickleSequence"/> for the types.</returns>
    /// <exception cref="PickleException">The file is not a pickle, is corrupt, exceeds a limit or has an operation that is refused.</exception>
    public static object? Read(ReadOnlyMemory<byte> file, PickleLimits limits, Func<PickleInstance, InlineData?> findInline)
        => new PickleReader(new PickleInput(file), limits, findInline, nested: 0, memory: 0).Read();

    private object? Read()
    {
        while (true)
        {
            var position = _input.Position;
            var opcode = (PickleOpcode)_input.Byte();
            if (opcode == PickleOpcode.Stop) return Pop();
            if (!TryReadValue(opcode) && !TryReadContainer(opcode) && !TryReadObject(opcode)) throw new PickleException(Describe(opcode, position));
        }
    }

    // 1. Numbers, texts and bytes.
    private bool TryReadValue(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: Push(null); return true;
            case PickleOpcode.True: Push(True); return true;
            case PickleOpcode.False: Push(False); return true;
            case PickleOpcode.BinaryUInt8: Push(SmallIntegers[_input.Byte()]); return true;
            case PickleOpcode.BinaryUInt16: Push((long)_input.UInt16(), NumberBytes); return true;
            case PickleOpcode.BinaryInt32: Push((long)_input.Int32(), NumberBytes); return true;
            case PickleOpcode.Long1: PushInteger(_input.Bytes(_input.Byte()).Span); return true;
            case PickleOpcode.Long4: PushInteger(_input.Bytes(_input.UInt32()).Span); return true;
            case PickleOpcode.Integer: PushInteger(_input.Line(_limits.Name), isLong: false); return true;
            case PickleOpcode.Long: PushInteger(_input.Line(_limits.Name), isLong: true); return true;
            case PickleOpcode.BinaryFloat: Push(_input.DoubleBigEndian(), NumberBytes); return true;
            case PickleOpcode.Float: PushFloat(_input.Line(_limits.Name)); return true;
            case PickleOpcode.ShortBinaryUnicode: PushText(_input.Bytes(_input.Byte())); return true;
            case PickleOpcode.BinaryUnicode: PushText(_input.Bytes(_input.UInt32())); return true;
            case PickleOpcode.BinaryUnicode8: PushText(_input.Bytes(_input.UInt64())); return true;
            case PickleOpcode.Unicode: PushEscapedText(_input.Line(int.MaxValue)); return true;
            // Python 2 has these for names and for the bytes of arrays.
            case PickleOpcode.ShortBinaryString: PushLatin1(_input.Bytes(_input.Byte()).Span); return true;
            case PickleOpcode.BinaryString: PushLatin1(_input.Bytes(_input.UInt32()).Span); return true;
            case PickleOpcode.ShortBinaryBytes: Push(new PickleBytes(_input.Bytes(_input.Byte())), ObjectBytes); return true;
            case PickleOpcode.BinaryBytes: Push(new PickleBytes(_input.Bytes(_input.UInt32())), ObjectBytes); return true;
            case PickleOpcode.BinaryBytes8 or PickleOpcode.ByteArray8: Push(new PickleBytes(_input.Bytes(_input.UInt64())), ObjectBytes); return true;
            default: return false;
        }
    }

    // 2. Lists, tuples, dicts and sets; stack and memo.
    private bool TryReadContainer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Protocol: ReadProtocol(); return true;
            // Frames are hints for buffered reading.
            case PickleOpcode.Frame: _input.Require(_input.UInt64()); return true;
            case PickleOpcode.Mark: Mark(); return true;
            case PickleOpcode.Pop: PopOrUnmark(); return true;
            case PickleOpcode.PopMark: PopMark(); return true;
            case PickleOpcode.Duplicate: Push(Peek()); return true;
            case PickleOpcode.EmptyTuple: PushSequence(PickleSequenceKind.Tuple, []); return true;
            case PickleOpcode.Tuple1: PushSequence(PickleSequenceKind.Tuple, PopLast(1)); return true;
            case PickleOpcode.Tuple2: PushSequence(PickleSequenceKind.Tuple, PopLast(2)); return true;
            case PickleOpcode.Tuple3: PushSequence(PickleSequenceKind.Tuple, PopLast(3)); return true;
            case PickleOpcode.Tuple: PushSequence(PickleSequenceKind.Tuple, PopMark()); return true;
            case PickleOpcode.EmptyList: PushSequence(PickleSequenceKind.List, []); return true;
            case PickleOpcode.List: PushSequence(PickleSequenceKind.List, PopMark()); return true;
            case PickleOpcode.EmptySet: PushSequence(PickleSequenceKind.Set, []); return true;
            case PickleOpcode.FrozenSet: PushSequence(PickleSequenceKind.Set, PopMark()); return true;
            case PickleOpcode.Append: AddItems(PopLast(1)); return true;
            case PickleOpcode.Appends or PickleOpcode.AddItems: AddItems(PopMark()); return true;
            case PickleOpcode.EmptyDictionary: Push(new PickleMap(), ObjectBytes); return true;
            case PickleOpcode.Dictionary: PushMap(PopMark()); return true;
            case PickleOpcode.SetItem: AddEntries(PopLast(2)); return true;
            case PickleOpcode.SetItems: AddEntries(PopMark()); return true;
            case PickleOpcode.Memoize: Put((uint)_memo.Count); return true;
            case PickleOpcode.BinaryPut: Put(_input.Byte()); return true;
            case PickleOpcode.LongBinaryPut: Put(_input.UInt32()); return true;
            case PickleOpcode.Put: Put(Index(_input.Line(_limits.Name))); return true;
            case PickleOpcode.BinaryGet: Get(_input.Byte()); return true;
            case PickleOpcode.LongBinaryGet: Get(_input.UInt32()); return true;
            case PickleOpcode.Get: Get(Index(_input.Line(_limits.Name))); return true;
            default: return false;
        }
    }

    // 3. Classes and objects.
    private bool TryReadObject(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global: PushClass(Latin1(_input.Line(_limits.Name)), Latin1(_input.Line(_limits.Name))); return true;
            case PickleOpcode.StackGlobal:
                var names = PopLast(2);
                if (names is not [string module, string name]) throw Corrupt("a class without a name");
                PushClass(module, name);
                return true;
            case PickleOpcode.NewObject or PickleOpcode.Reduce:
                var call = PopLast(2);
                PushInstance(call[0], call[1]);
                return true;
            case PickleOpcode.NewObjectEx:
                var withNames = PopLast(3);
                PushInstance(withNames[0], withNames[1]);
                return true;
            case PickleOpcode.Build: Build(); return true;
            default: return false;
        }
    }

    private void ReadProtocol()
    {
        const int Latest = 5;
        if (_input.Byte() is > Latest and var protocol) throw new PickleException($"its protocol is {protocol}; 0 to {Latest} are known");
    }

    private void Push(object? value, int bytes = 0)
    {
        if (_stack.Count >= _limits.Stack) throw new PickleException($"it has more than {_limits.Stack} values on the stack");
        Charge(bytes);
        _stack.Add(value);
    }

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Corrupt("an operation without a value");

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    // Values below the last mark are not for operations above it.
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private List<object?> PopLast(int count)
    {
        if (_stack.Count - Floor < count) throw Corrupt("an operation without a value");
        return PopFrom(_stack.Count - count);
    }

    private void Mark()
    {
        if (_marks.Count >= _limits.Depth) throw new PickleException($"it has more than {_limits.Depth} open marks");
        _marks.Add(_stack.Count);
    }

    private List<object?> PopMark()
    {
        if (_marks.Count == 0) throw Corrupt("an operation without a mark");
        var from = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopFrom(from);
    }

    private List<object?> PopFrom(int start)
    {
        var values = _stack.GetRange(start, _stack.Count - start);
        _stack.RemoveRange(start, values.Count);
        return values;
    }

    // Python's POP also removes a mark on top of the stack.
    private void PopOrUnmark()
    {
        if (_marks.Count > 0 && _marks[^1] == _stack.Count) _marks.RemoveAt(_marks.Count - 1);
        else Pop();
    }

    private void PushSequence(PickleSequenceKind kind, List<object?> items)
    {
        Charge((long)items.Count * SlotBytes);
        Push(new PickleSequence(kind, items), ObjectBytes);
    }

    private void AddItems(List<object?> items)
    {
        var target = Peek() switch
        {
            PickleSequence { Kind: not PickleSequenceKind.Tuple } sequence => sequence,
            PickleInstance instance => instance.Items ??= new PickleSequence(PickleSequenceKind.List, []),
            var other => throw Corrupt($"items for {Describe(other)}"),
        };
        Charge((long)items.Count * SlotBytes);
        target.Items.AddRange(items);
    }

    private void PushMap(List<object?> items)
    {
        Push(new PickleMap(), ObjectBytes);
        AddEntries(items);
    }

    private void AddEntries(List<object?> items)
    {
        if (items.Count % 2 != 0) throw Corrupt("a key without a value");
        var target = Peek() switch
        {
            PickleMap map => map,
            PickleInstance instance => instance.Entries ??= new PickleMap(),
            var other => throw Corrupt($"entries for {Describe(other)}"),
        };
        Charge((long)items.Count / 2 * EntryBytes);
        for (var index = 0; index < items.Count; index += 2) target.Entries.Add(new(items[index], items[index + 1]));
    }

    private void Put(uint index)
    {
        if (_memo.Count >= _limits.Memo) throw new PickleException($"it has more than {_limits.Memo} memo entries");
        var value = Peek();
        Charge(MemoBytes);
        _memo[index] = value;
    }

    private void Get(uint index) => Push(_memo.TryGetValue(index, out var value) ? value : throw Corrupt($"memo entry {index}, which does not exist"));

    private uint Index(ReadOnlySpan<byte> line)
        => Utf8Parser.TryParse(line, out uint index, out var read) && read == line.Length ? index : throw Corrupt("a memo entry without a number");

    private void PushClass(string module, string name)
    {
        if (module.Length > _limits.Name || name.Length > _limits.Name) throw new PickleException($"a class has a name of {Math.Max(module.Length, name.Length)} characters; {_limits.Name} are the most");
        // A name ends up in messages on a terminal.
        if (module.Concat(name).Any(char.IsControl)) throw Corrupt("a class with control characters in its name");
        Push(new PickleClass(module, name), ObjectBytes);
    }

    private void PushInstance(object? callee, object? arguments)
    {
        if (callee is not PickleClass type) throw Corrupt($"a call of {Describe(callee)}");
        if (arguments is not PickleSequence { Kind: PickleSequenceKind.Tuple } tuple) throw Corrupt($"a call of {type} without arguments");
        // Protocols 0 and 1 create objects by a function, with the class as its first argument.
        if (type is { Module: "copyreg" or "copy_reg", Name: "_reconstructor" } && tuple.Items is [PickleClass created, ..]) type = created;
        Push(new PickleInstance(type, tuple), ObjectBytes);
    }

    private void Build()
    {
        var state = Pop();
        if (Peek() is not PickleInstance instance) throw Corrupt($"state for {Describe(Peek())}");
        instance.State = state;
        if (_findInline(instance) is not { } inline) return;
        if (inline.IsPadded) _input.Bytes(_input.Byte());
        if (inline.Bytes is { } length)
        {
            Charge(ObjectBytes);
            instance.Inline = new PickleBytes(_input.Bytes((ulong)length));
            return;
        }
        const int MostNested = 8;
        if (_nested == MostNested) throw new PickleException($"it has more than {MostNested} pickles inside of each other");
        var inner = new PickleReader(_input, _limits, _findInline, _nested + 1, _memory);
        instance.Inline = inner.Read();
        _memory = inner._memory;
    }

    private void PushInteger(ReadOnlySpan<byte> littleEndian)
    {
        const int Most = 64;
        if (littleEndian.Length > Most) throw new PickleException($"an integer has {littleEndian.Length} bytes; {Most} are the most");
        PushInteger(new BigInteger(littleEndian));
    }

    private void PushInteger(ReadOnlySpan<byte> line, bool isLong)
    {
        if (isLong && line is [.., (byte)'L']) line = line[..^1];
        if (line.SequenceEqual("00"u8) || line.SequenceEqual("01"u8)) Push(line[1] == (byte)'1' ? True : False);
        else if (Utf8Parser.TryParse(line, out long number, out var read) && read == line.Length) Push(number, NumberBytes);
        else throw Corrupt("an integer that is not a number of 64 bits");
    }

    private void PushInteger(BigInteger number)
    {
        if (number >= long.MinValue && number <= long.MaxValue) Push((long)number, NumberBytes);
        else Push(number, ObjectBytes);
    }

    private void PushFloat(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out double number, out var read) || read != line.Length)
        {
            number = line.SequenceEqual("nan"u8) ? double.NaN
                : line.SequenceEqual("inf"u8) ? double.PositiveInfinity
                : line.SequenceEqual("-inf"u8) ? double.NegativeInfinity
                : throw Corrupt("a float that is not a number");
        }
        Push(number, NumberBytes);
    }

    private void PushText(ReadOnlyMemory<byte> utf8)
    {
        Charge(2L * utf8.Length);
        try
        {
            Push(Utf8.GetString(utf8.Span), ObjectBytes);
        }
        catch (DecoderFallbackException)
        {
            throw Corrupt("a text that is not UTF-8");
        }
    }

    private void PushLatin1(ReadOnlySpan<byte> bytes)
    {
        Charge(2L * bytes.Length);
        Push(Latin1(bytes), ObjectBytes);
    }

    // Protocol 0: Latin-1 with \uXXXX and \UXXXXXXXX.
    private void PushEscapedText(ReadOnlySpan<byte> line)
    {
        Charge(2L * line.Length);
        var text = new StringBuilder(line.Length);
        for (var index = 0; index < line.Length; index++)
        {
            var digits = line[index] != (byte)'\\' || index + 1 == line.Length ? 0 : line[index + 1] switch { (byte)'u' => 4, (byte)'U' => 8, _ => 0 };
            if (digits == 0)
            {
                text.Append((char)line[index]);
                continue;
            }
            if (index + 2 + digits > line.Length
                || !Utf8Parser.TryParse(line.Slice(index + 2, digits), out uint rune, out var read, 'x') || read != digits || rune > 0x10FFFF)
                throw Corrupt("a text with an invalid escape");
            if (rune > char.MaxValue) text.Append(new Rune(rune).ToString());
            else text.Append((char)rune);
            index += 1 + digits;
        }
        Push(text.ToString(), ObjectBytes);
    }

    private static string Latin1(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private void Charge(long bytes)
    {
        _memory += bytes;
        if (_memory > _limits.Memory) throw new PickleException($"its objects need more than {_limits.Memory >> 20} MiB of memory");
    }

    private PickleException Corrupt(string what) => new($"before byte {_input.Position} there is {what}");

    private static string Describe(object? value) => value switch
    {
        null => "None",
        PickleClass type => type.ToString(),
        PickleInstance instance => $"an object of {instance.Type}",
        PickleSequence sequence => $"a {sequence.Kind}",
        PickleMap => "a dict",
        string => "a text",
        _ => "a number or bytes",
    };

    private static string Describe(PickleOpcode opcode, int position) => (byte)opcode switch
    {
        (byte)'P' or (byte)'Q' => $"byte {position} is a persistent id, which refers to data outside of the file",
        0x82 or 0x83 or 0x84 => $"byte {position} is an extension code, which only the program that wrote the file can resolve",
        0x97 or 0x98 => $"byte {position} refers to a buffer outside of the file; save the model without buffer_callback",
        (byte)'S' => $"byte {position} is a quoted string of Python 2; save the model with protocol 2 or later",
        (byte)'i' or (byte)'o' => $"byte {position} is an object of an old-style class of Python 2",
        _ => $"byte {position} is 0x{(byte)opcode:x2}, which is not an operation of a pickle",
    };
}
