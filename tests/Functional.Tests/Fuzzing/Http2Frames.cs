using FsCheck;
using FsCheck.Fluent;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates the start of an HTTP/2 connection: usually a valid preface, followed by random frames.</summary>
public static class Http2Frames
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    // POST to an unknown method, as literal header fields.
    private static readonly byte[] Headers = [0x83, 0x86, 0x44, 0x05, .. "/none"u8, 0x41, 0x01, .. "x"u8];

    private static readonly int[] Streams = [0, 1, 1, 2, 3, 5, int.MaxValue];

    private static Gen<byte[]> Payload => Gen.OneOf(
        Gen.Constant(Headers),
        Gen.Elements(0, 0, 4, 5, 6, 8, 100, 16_384, 16_385).Select(length => new byte[length]),
        from length in Gen.Choose(0, 40) from bytes in Gen.Choose(0, 255).Select(b => (byte)b).ListOf(length) select bytes.ToArray());

    private static Gen<byte[]> Frame =>
        from payload in Payload
        from type in Gen.Choose(0, 12)
        from flags in Gen.OneOf(Gen.Elements(0, 1, 4, 5), Gen.Choose(0, 255))
        from stream in Gen.Elements(Streams)
        from off in Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(-5, 5)))
        select Make(payload, Math.Max(0, payload.Length + off), type, flags, stream);

    /// <summary>FsCheck finds this generator by its return type.</summary>
    public static Arbitrary<RawMessage> OfFrames() => Arb.From(
        from greeting in Gen.Frequency((1, Gen.Constant(Array.Empty<byte>())), (1, Gen.Constant(Preface)), (8, Gen.Constant<byte[]>([.. Preface, .. Make([], 0, type: 4, flags: 0, stream: 0)])))
        from count in Gen.Choose(0, 6)
        from frames in Frame.ListOf(count)
        select new RawMessage([.. greeting, .. frames.SelectMany(frame => frame)]));

    private static byte[] Make(byte[] payload, int length, int type, int flags, int stream)
        => [(byte)(length >> 16), (byte)(length >> 8), (byte)length, (byte)type, (byte)flags, (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload];
}
