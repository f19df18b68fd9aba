using Google.Protobuf;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Tests.Grpc;

/// <summary>
/// Serialized <c>ModelInferRequest</c> messages in all forms of the wire format: fields in any order, split lists and messages, packed and single
/// elements, scalars that occur twice, unknown fields and groups.
/// </summary>
/// <param name="random">Source of the messages.</param>
internal sealed class RandomMessages(Random random)
{
    private static readonly Datatype[] Datatypes = Enum.GetValues<Datatype>();

    /// <summary>Creates a valid message.</summary>
    public byte[] Next()
    {
        var raw = random.Next(2) == 0;
        var (inputs, contents) = (new List<byte[]>(), new List<byte[]>());
        for (var i = random.Next(4); i > 0; i--)
        {
            var datatype = Datatypes[random.Next(Datatypes.Length)];
            if (!raw && datatype is Datatype.Fp16 or Datatype.Bf16) datatype = Datatype.Fp32;
            long[] shape = [.. Enumerable.Range(0, random.Next(3)).Select(_ => (long)random.Next(4))];
            var count = (int)shape.Aggregate(1L, (product, axis) => product * axis);
            inputs.Add(Field(5, Input(datatype, shape, parts: raw ? 0 : random.Next(1, 3), count)));
            if (raw) contents.Add(Field(7, RawContents(datatype, count)));
        }
        return Merge(
            [Text(1), Text(1)],
            random.Next(2) == 0 ? [Text(2)] : [],
            random.Next(2) == 0 ? [Text(3)] : [],
            Parameters(4),
            inputs,
            [.. Enumerable.Range(0, random.Next(3)).Select(_ => Field(6, Merge([Text(1, "y")], Parameters(2), Unknown())))],
            contents,
            Unknown());
    }

    private byte[] Input(Datatype datatype, long[] shape, int parts, int count)
    {
        var contents = new List<byte[]>();
        for (var i = 0; i < parts; i++)
        {
            var part = i == parts - 1 ? count : random.Next(count + 1);
            contents.Add(Field(5, Merge(Elements(datatype, part), Unknown())));
            count -= part;
        }
        var axes = random.Next(2) == 0 ? [Field(3, [.. shape.SelectMany(axis => Varint((ulong)axis))])] : shape.Select(axis => Join(Tag(3, 0), Varint((ulong)axis))).ToList();
        return Merge([Text(1, "x")], [Text(2, "FP8"), Text(2, datatype.ToWire())], axes, Parameters(4), contents, Unknown());
    }

    // The elements in one list, in several, or one by one.
    private List<byte[]> Elements(Datatype datatype, int count)
    {
        var fields = new List<byte[]>();
        while (count > 0)
        {
            var run = random.Next(1, count + 1);
            var field = datatype switch
            {
                Datatype.Bool => 1,
                Datatype.Int8 or Datatype.Int16 or Datatype.Int32 => 2,
                Datatype.Int64 => 3,
                Datatype.Uint8 or Datatype.Uint16 or Datatype.Uint32 => 4,
                Datatype.Uint64 => 5,
                Datatype.Fp32 => 6,
                Datatype.Fp64 => 7,
                _ => 8,
            };
            byte[][] elements = [.. Enumerable.Range(0, run).Select(_ => Element(datatype))];
            if (field == 8) fields.AddRange(elements.Select(element => Field(field, element)));
            else if (random.Next(2) == 0) fields.Add(Field(field, Join(elements)));
            else fields.AddRange(elements.Select(element => Join(Tag(field, field switch { 6 => 5u, 7 => 1u, _ => 0u }), element)));
            count -= run;
        }
        return fields;
    }

    private byte[] Element(Datatype datatype) => datatype switch
    {
        Datatype.Bool => Varint(random.Next(3) == 0 ? (ulong)random.NextInt64() : (ulong)random.Next(2)),
        Datatype.Int8 => Varint((ulong)(long)(sbyte)random.Next(256)),
        Datatype.Int16 => Varint((ulong)(long)(short)random.Next(1 << 16)),
        Datatype.Int32 => Varint((ulong)(long)(int)random.NextInt64(1L << 32)),
        Datatype.Uint8 => Varint((ulong)random.Next(256)),
        Datatype.Uint16 => Varint((ulong)random.Next(1 << 16)),
        Datatype.Uint32 => Varint((ulong)random.NextInt64(1L << 32)),
        Datatype.Int64 or Datatype.Uint64 => Varint((ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)),
        Datatype.Fp32 => Bytes(4),
        Datatype.Fp64 => Bytes(8),
        _ => Bytes(random.Next(20)),
    };

    private byte[] RawContents(Datatype datatype, int count)
    {
        if (datatype == Datatype.Bool) return [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(2))];
        if (datatype != Datatype.Bytes) return Bytes(count * datatype.SizeBytes());
        return Join([.. Enumerable.Range(0, count).Select(_ => Bytes(random.Next(20))).SelectMany(text => new[] { BitConverter.GetBytes(text.Length), text })]);
    }

    private List<byte[]> Parameters(int field)
        => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Field(field, Merge(random.Next(5) == 0 ? [] : [Text(1)], [Field(2, Choice())], Unknown())))];

    private byte[] Choice() => random.Next(6) switch
    {
        0 => Join(Tag(1, 0), Varint((ulong)random.Next(2))),
        1 => Join(Tag(2, 0), Varint((ulong)random.NextInt64(long.MinValue, long.MaxValue))),
        2 => Text(3),
        3 => Join(Tag(4, 1), Bytes(8)),
        4 => Join(Tag(5, 0), Varint((ulong)random.NextInt64(long.MinValue, long.MaxValue))),
        // The last member wins.
        _ => Join(Choice(), Choice()),
    };

    private List<byte[]> Unknown() => [.. Enumerable.Range(0, random.Next(8) == 0 ? 2 : 0).Select(_ => UnknownField(depth: 0))];

    private byte[] UnknownField(int depth)
    {
        var field = random.Next(20, 5_000);
        return random.Next(depth < 5 ? 5 : 4) switch
        {
            0 => Join(Tag(field, 0), Varint((ulong)random.NextInt64())),
            1 => Join(Tag(field, 1), Bytes(8)),
            2 => Field(field, Bytes(random.Next(20))),
            3 => Join(Tag(field, 5), Bytes(4)),
            _ => Join(Tag(field, 3), UnknownField(depth + 1), UnknownField(depth + 1), Tag(field, 4)),
        };
    }

    private byte[] Text(int field, string? text = null)
        => Field(field, System.Text.Encoding.UTF8.GetBytes(text ?? string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(4) == 0 ? "é" : "m"))));

    // The order within each list stays.
    private byte[] Merge(params List<byte[]>[] lists)
    {
        Queue<byte[]>[] queues = [.. lists.Select(list => new Queue<byte[]>(list))];
        var merged = new List<byte>();
        while (queues.Where(queue => queue.Count > 0).ToArray() is { Length: > 0 } rest) merged.AddRange(rest[random.Next(rest.Length)].Dequeue());
        return [.. merged];
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Field(int field, byte[] content) => Join(Tag(field, 2), Varint((ulong)content.Length), content);

    private static byte[] Tag(int field, uint type) => Varint(((ulong)field << 3) | type);

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static byte[] Varint(ulong value)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) output.WriteUInt64(value);
        return bytes.ToArray();
    }
}
