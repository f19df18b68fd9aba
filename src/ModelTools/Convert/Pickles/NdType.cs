namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>An element type of NumPy.</summary>
/// <param name="Code">Kind: b, i, u, f, U, S, O or V (record).</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="IsBigEndian">Byte order.</param>
/// <param name="Fields">Fields of a record by name, with offsets; empty for other types.</param>
internal sealed record NdType(char Code, int Size, bool IsBigEndian, IReadOnlyDictionary<string, (NdType Type, int Offset)> Fields)
{
    private const int LargestElement = 1 << 20;

    private static readonly Dictionary<string, (NdType, int)> NoFields = [];

    public bool IsObject => Code == 'O';

    /// <summary>Reads a <c>numpy.dtype</c>.</summary>
    public static NdType Read(PickleField field) => Read(field, isField: false);

    private static NdType Read(PickleField field, bool isField)
    {
        if (field.Value is not PickleInstance { Type: { Name: "dtype" } type, Arguments.Items: [string code, ..] } instance || !type.IsIn("numpy")) throw field.Error("a numpy.dtype");
        if (code.Length < 2 || !int.TryParse(code.AsSpan(1), out var size) || size < 0 || size > LargestElement)
        {
            if (code != "O") throw new PickleException($"{field.Path} is of the element type '{code[..Math.Min(code.Length, 20)]}', which is not known");
            size = 8;
        }
        if (code[0] is not ('b' or 'i' or 'u' or 'f' or 'U' or 'S' or 'O' or 'V')) throw new PickleException($"{field.Path} is of the element type '{code}', which is not known");
        // (version, byte order, subarray, names, fields, size, alignment, flags)
        if (instance.State is not PickleSequence { Items: [_, string order, var subarray, var names, var fields, var bytes, ..] }) return Create(code[0], size, isBigEndian: false, NoFields);
        if (subarray is not null) throw new PickleException($"{field.Path} has elements that are arrays");
        // Texts and records have their size here.
        if (bytes is long given and >= 0 && code[0] is 'U' or 'S' or 'V') size = bytes is long stated and >= 0 and <= LargestElement ? (int)stated : throw new PickleException($"{field.Path} has elements of {bytes} bytes");
        else if (code[0] is 'U') size *= sizeof(int);
        return Create(code[0], size, order == ">", names is null ? NoFields : ReadFields(field, names, fields, size, isField));
    }

    private static NdType Create(char code, int size, bool isBigEndian, IReadOnlyDictionary<string, (NdType, int)> fields)
    {
        var isKnown = code switch
        {
            'b' => size == 1,
            'i' or 'u' => size is 1 or 2 or 4 or 8,
            'f' => size is 2 or 4 or 8,
            'U' => size % sizeof(int) == 0,
            _ => true,
        };
        return isKnown ? new NdType(code, size, isBigEndian, fields) : throw new PickleException($"an array is of the element type '{code}{size}', which is not known");
    }

    private static Dictionary<string, (NdType, int)> ReadFields(PickleField field, object? names, object? fields, int size, bool isField)
    {
        if (isField) throw new PickleException($"{field.Path} has records inside of records");
        if (names is not PickleSequence { Items: var list } || fields is not PickleMap map) throw field.Error("a numpy.dtype with fields");
        var read = new Dictionary<string, (NdType, int)>(StringComparer.Ordinal);
        foreach (var item in list)
        {
            if (item is not string name || !map.TryGet(name, out var entry) || entry is not PickleSequence { Items: [var type, long offset, ..] }) throw field.Error("a numpy.dtype with fields");
            var fieldType = Read(new PickleField(type, $"{field.Path}.{name}"), isField: true);
            if (offset < 0 || offset > size - fieldType.Size) throw new PickleException($"{field.Path}.{name} is outside of its record");
            read[name] = (fieldType, (int)offset);
        }
        return read;
    }
}
