using System.Buffers.Binary;
using System.Text;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Writes operations of a pickle by hand.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [];

    public static PickleBuilder Protocol(byte protocol = 4) => new PickleBuilder().Op(0x80, protocol);

    public PickleBuilder Op(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(char operation) => Op((byte)operation);

    public PickleBuilder Repeat(byte operation, int times)
    {
        var all = new byte[times];
        all.AsSpan().Fill(operation);
        return Op(all);
    }

    public PickleBuilder Int64(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Op(bytes);
    }

    public PickleBuilder Int32(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Op(bytes);
    }

    public PickleBuilder Integer(int number) => Op('J').Int32(number);

    public PickleBuilder Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Int32(utf8.Length).Op(utf8);
    }

    public PickleBuilder Bytes(params byte[] bytes) => Op('B').Int32(bytes.Length).Op(bytes);

    public PickleBuilder Class(string module, string name) => Op('c').Op(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    /// <summary>An object with an empty state that <see cref="EndState"/> completes.</summary>
    public PickleBuilder Object(string module, string name) => Class(module, name).Op((byte)')', 0x81).Op('}').Op('(');

    public PickleBuilder EndState() => Op('u').Op('b');

    /// <summary>A one-dimensional array.</summary>
    public PickleBuilder Array(string code, int count, params byte[] data)
        => Class("numpy.core.multiarray", "_reconstruct").Op(')').Op('R')
            .Op('(').Integer(1).Integer(count).Op(0x85)
            .Class("numpy", "dtype").Text(code).Op(0x89, 0x88, 0x87).Op('R')
            .Op(0x89).Bytes(data).Op('t').Op('b');

    public PickleBuilder Numbers(params double[] numbers) => Array("f8", numbers.Length, [.. numbers.SelectMany(BitConverter.GetBytes)]);

    public byte[] Stop() => Op('.').ToArray();

    public byte[] ToArray() => [.. _bytes];
}
