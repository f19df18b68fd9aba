using System.Buffers.Binary;
using System.Text;

namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>An array of NumPy, read from the forms in which pickles and joblib's files contain one. Its data is not copied.</summary>
internal sealed class NdArray
{
    private const int MostAxes = 32;

    private readonly NdType _type;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly IReadOnlyList<object?> _objects;
    private readonly string _path;
    private readonly int _stride;
    private readonly int _offset;

    private NdArray(string path, NdType type, int[] shape, ReadOnlyMemory<byte> data, IReadOnlyList<object?> objects, int stride, int offset)
    {
        (_path, _type, Shape, _data, _objects, _stride, _offset) = (path, type, shape, data, objects, stride, offset);
        Count = type.IsObject ? objects.Count : stride == 0 ? 0 : data.Length / stride;
    }

    public int[] Shape { get; }

    /// <summary>Gets the number of elements.</summary>
    public int Count { get; }

    /// <summary>Gets whether elements are texts.</summary>
    public bool IsText => _type.Code == 'U' || (_type.IsObject && _objects.All(item => item is string));

    public bool IsBool => _type.Code == 'b' || (_type.IsObject && _objects.All(item => item is bool));

    public bool IsFloat => _type.Code == 'f' || (_type.IsObject && _objects.Any(item => item is double));

    /// <exception cref="PickleException">The field is not an array.</exception>
    public static NdArray Read(PickleField field) => TryRead(field) ?? throw field.Error("an array of numbers");

    /// <returns>Null if the field is not an array or a NumPy scalar.</returns>
    public static NdArray? TryRead(PickleField field)
    {
        if (field.Value is not PickleInstance instance) return null;
        if (instance.Type is { Name: "NumpyArrayWrapper" } && instance.Type.IsIn("joblib")) return ReadJoblib(field, instance);
        if (instance.Type is { Name: "NumpyArrayWrapper" or "NDArrayWrapper" or "ZNDArrayWrapper" }) throw new PickleException($"{field.Path} is in a file beside the pickle, as joblib before version 0.10 wrote it; save the model again");
        if (!instance.Type.IsIn("numpy")) return null;
        return instance.Type.Name switch
        {
            "_reconstruct" => ReadState(field, instance),
            "_frombuffer" => ReadBuffer(field, instance),
            "scalar" => ReadScalar(field, instance),
            _ => null,
        };
    }

    /// <summary>Returns the data that follows an array of joblib in the file.</summary>
    public static InlineData? FindInline(PickleInstance instance)
    {
        if (instance.Type is not { Module: "joblib.numpy_pickle", Name: "NumpyArrayWrapper" }) return null;
        var field = new PickleField(instance, "an array");
        var type = NdType.Read(field["dtype"]);
        var isPadded = field.Find("numpy_array_alignment_bytes") is { IsNone: false };
        return type.IsObject ? new InlineData(null, IsPadded: false) : new InlineData(Elements(field["shape"], out _) * type.Size, isPadded);
    }

    /// <summary>Returns a field of records.</summary>
    public NdArray Column(string name)
        => _type.Fields.TryGetValue(name, out var field)
            ? new NdArray($"{_path}.{name}", field.Type, [Count], _data, [], _stride, _offset + field.Offset)
            : throw new PickleException($"{_path} has no field {name}");

    public bool HasColumn(string name) => _type.Fields.ContainsKey(name);

    /// <summary>Returns the numbers, row by row.</summary>
    public double[] Numbers()
    {
        var numbers = new double[Count];
        for (var index = 0; index < numbers.Length; index++) numbers[index] = Number(index);
        return numbers;
    }

    /// <summary>Returns finite numbers, row by row.</summary>
    /// <param name="expected">Expected number of elements; null: any.</param>
    public double[] Finite(int? expected = null)
    {
        if (expected is { } count && count != Count) throw new PickleException($"{_path} should have {count} numbers, got {Count}");
        var numbers = Numbers();
        var index = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return index < 0 ? numbers : throw new PickleException(FormattableString.Invariant($"{_path}[{index}] should be a finite number, got {numbers[index]}"));
    }

    /// <summary>Returns integers.</summary>
    public long[] Integers()
    {
        var numbers = new long[Count];
        for (var index = 0; index < numbers.Length; index++) numbers[index] = Scalar(index) switch { long number => number, bool flag => flag ? 1 : 0, _ => throw Error("integers") };
        return numbers;
    }

    public string[] Texts()
    {
        var texts = new string[Count];
        for (var index = 0; index < texts.Length; index++) texts[index] = Scalar(index) as string ?? throw Error("texts");
        return texts;
    }

    /// <summary>Returns the objects of an array of objects, row by row.</summary>
    public IReadOnlyList<PickleField> Objects()
        => _type.IsObject ? new PickleFieldList(_objects, _path) : throw Error("objects");

    /// <summary>Returns an element: bool, long, double, text or object.</summary>
    public object? Scalar(int index)
    {
        if (_type.IsObject) return _objects[index];
        return _type.Code switch
        {
            'b' => Element(index)[0] != 0,
            'i' or 'u' => Integer(index),
            'f' => Number(index),
            'U' => Text(index),
            _ => throw Error("numbers or texts"),
        };
    }

    public double Number(int index)
    {
        var element = _type.IsObject ? default : Element(index);
        return (_type.Code, _type.Size) switch
        {
            ('f', 8) => _type.IsBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(element) : BinaryPrimitives.ReadDoubleLittleEndian(element),
            ('f', 4) => _type.IsBigEndian ? BinaryPrimitives.ReadSingleBigEndian(element) : BinaryPrimitives.ReadSingleLittleEndian(element),
            ('f', 2) => (double)(_type.IsBigEndian ? BinaryPrimitives.ReadHalfBigEndian(element) : BinaryPrimitives.ReadHalfLittleEndian(element)),
            ('i' or 'u', _) => Integer(index),
            ('b', _) => element[0] != 0 ? 1 : 0,
            ('O', _) => new PickleField(_objects[index], $"{_path}[{index}]").Number(),
            _ => throw Error("numbers"),
        };
    }

    private long Integer(int index)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        var element = Element(index);
        // Little-endian, with the sign in the bytes above.
        var isNegative = _type.Code == 'i' && (element[_type.IsBigEndian ? 0 : ^1] & 0x80) != 0;
        bytes.Fill(isNegative ? byte.MaxValue : (byte)0);
        element.CopyTo(bytes);
        if (_type.IsBigEndian) bytes[..element.Length].Reverse();
        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return _type.Code == 'i' || number >= 0 ? number : throw Error("integers of 63 bits");
    }

    private string Text(int index)
    {
        var element = Element(index);
        if (!_type.IsBigEndian) return Encoding.UTF32.GetString(element).TrimEnd('\0');
        throw Error("little-endian texts");
    }

    private ReadOnlySpan<byte> Element(int index) => _data.Span.Slice(index * _stride + _offset, _type.Size);

    private PickleException Error(string expected) => new($"{_path} should be an array of {expected}, got elements of type '{_type.Code}{_type.Size}'");

    // (version, shape, dtype, Fortran order, data)
    private static NdArray ReadState(PickleField field, PickleInstance instance)
    {
        if (instance.State is not PickleSequence { Items: [_, var shape, var type, var order, var data] }) throw field.Error("an array with its data");
        return Create(field, type, shape, order is true, data);
    }

    // (buffer, dtype, shape, order)
    private static NdArray ReadBuffer(PickleField field, PickleInstance instance)
    {
        if (instance.Arguments.Items is not [var data, var type, var shape, var order]) throw field.Error("an array with its data");
        return Create(field, type, shape, order is "F", data);
    }

    // (dtype, data)
    private static NdArray ReadScalar(PickleField field, PickleInstance instance)
    {
        if (instance.Arguments.Items is not [var type, var data]) throw field.Error("a number");
        return Create(field, type, new PickleSequence(PickleSequenceKind.Tuple, []), false, data);
    }

    private static NdArray ReadJoblib(PickleField field, PickleInstance instance)
        => instance.Inline is PickleInstance ? Read(new PickleField(instance.Inline, field.Path))
            : Create(field, field["dtype"].Value, field["shape"].Value, field["order"].Value is "F", instance.Inline);

    private static NdArray Create(PickleField field, object? type, object? shape, bool isFortran, object? data)
    {
        var elementType = NdType.Read(new PickleField(type, $"{field.Path}.dtype"));
        var count = Elements(new PickleField(shape, $"{field.Path}.shape"), out var axes);
        // Other orders occur for arrays of one axis, where they are the same.
        if (isFortran && axes.Count(axis => axis > 1) > 1) return Transpose(Create(field, type, Reversed(axes), isFortran: false, data), axes);
        if (elementType.IsObject)
        {
            if (data is not PickleSequence { Kind: PickleSequenceKind.List } list || list.Items.Count != count) throw new PickleException($"{field.Path} should have {count} objects");
            return new NdArray(field.Path, elementType, axes, default, list.Items, 0, 0);
        }
        var bytes = BytesOf(field, data);
        if (bytes.Length != count * elementType.Size) throw new PickleException($"{field.Path} should have {count} elements of {elementType.Size} bytes, got {bytes.Length} bytes");
        return new NdArray(field.Path, elementType, axes, bytes, [], elementType.Size, 0);
    }

    private static PickleSequence Reversed(int[] axes) => new(PickleSequenceKind.Tuple, [.. axes.Reverse().Select(axis => (object?)(long)axis)]);

    private static NdArray Transpose(NdArray columns, int[] shape)
    {
        if (shape.Length != 2) throw new PickleException($"{columns._path} has Fortran order and {shape.Length} axes; 2 are the most");
        var size = columns._type.Size;
        var data = columns._type.IsObject ? [] : new byte[columns.Count * size];
        var objects = columns._type.IsObject ? new object?[columns.Count] : [];
        for (var row = 0; row < shape[0]; row++)
        {
            for (var column = 0; column < shape[1]; column++)
            {
                var (from, to) = (column * shape[0] + row, row * shape[1] + column);
                if (columns._type.IsObject) objects[to] = columns._objects[from];
                else columns.Element(from).CopyTo(data.AsSpan(to * size, size));
            }
        }
        return new NdArray(columns._path, columns._type, shape, data, objects, columns._stride, 0);
    }

    // Protocol 2 has no bytes: Python encodes a text as Latin-1 instead, and Python 2 has a text.
    private static ReadOnlyMemory<byte> BytesOf(PickleField field, object? data) => data switch
    {
        PickleBytes bytes => bytes.Data,
        string text => Latin1(field, text),
        PickleInstance { Type: { Module: "_codecs", Name: "encode" }, Arguments.Items: [string text, "latin1", ..] } => Latin1(field, text),
        PickleInstance { Type: { Module: "builtins" or "__builtin__", Name: "bytes" or "bytearray" }, Arguments.Items: [] } => default,
        PickleInstance { Type: { Module: "builtins" or "__builtin__", Name: "bytearray" }, Arguments.Items: [PickleBytes bytes] } => bytes.Data,
        var other => throw new PickleField(other, $"{field.Path}'s data").Error("bytes"),
    };

    private static byte[] Latin1(PickleField field, string text)
        => text.All(character => character <= byte.MaxValue) ? Encoding.Latin1.GetBytes(text) : throw new PickleException($"{field.Path}'s data should be bytes, got a text");

    private static long Elements(PickleField shape, out int[] axes)
    {
        var items = shape.Items();
        if (items.Count > MostAxes) throw new PickleException($"{shape.Path} has {items.Count} axes; {MostAxes} are the most");
        axes = [.. items.Select(item => item.Count(Array.MaxLength))];
        var count = 1L;
        foreach (var axis in axes)
        {
            count *= axis;
            if (count > Array.MaxLength) throw new PickleException($"{shape.Path} has more than {Array.MaxLength} elements");
        }
        return count;
    }
}
