using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates HTTP messages for a raw socket, and mutates bytes.</summary>
public static class Messages
{
    private const string Rows = Framings.Rows;

    private static readonly byte[][] Good =
    [
        .. new[]
        {
            $"POST /v1/models/fixed:predict HTTP/1.1\r\nHost: a\r\nContent-Length: {Rows.Length}\r\n\r\n{Rows}",
            $"POST /v1/models/fixed:predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n{Rows.Length:x};a=b\r\n{Rows}\r\n0\r\nx: y\r\n\r\n",
            $"POST /v1/models/fixed:predict HTTP/1.0\r\nContent-Length: {Rows.Length}\r\n\r\n{Rows}",
            $"POST http://a/v2/models/none/infer HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{{}}",
            "GET /v2/models/fixed/versions/1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
            $"POST /v1/models/fixed:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    // Bytes that are special in HTTP or difficult for parsers.
    private static readonly byte[][] Pieces =
        [.. new[] { "\r\n", "\n", "\r", ":", " ", "\0", "\t", "0", "-1", "ffffffffffffffff", "\r\n\r\n", "HTTP/9.9", "%", "%00", "\xff", "Host: b\r\n", "Content-Length: 1\r\n", new string('a', 40_000) }.Select(Encoding.Latin1.GetBytes)];

    /// <summary>FsCheck finds this generator by its return type.</summary>
    public static Arbitrary<RawMessage> OfMessages()
        => Arb.From(Gen.Frequency(
            (2, Gen.Elements(Good).SelectMany(good => Mangle(good, Pieces))),
            (1, from good in Gen.Elements(Good) from length in Gen.Choose(0, good.Length) select good[..length]),
            (3, Framings.Request)).Select(bytes => new RawMessage(bytes)));

    /// <summary>Applies one to four mutations to bytes: removal, insertion or replacement.</summary>
    internal static Gen<byte[]> Mangle(byte[] bytes, byte[][] pieces)
        => from count in Gen.Choose(1, 4)
           from changes in (from at in Gen.Choose(0, bytes.Length)
                            from length in Gen.Elements(0, 0, 1, 1, 2, 4, 50)
                            from piece in Gen.Elements([.. pieces, []])
                            select (at, length, piece)).ListOf(count)
           select changes.Aggregate(bytes, static (mangled, change) => Splice(mangled, change.at, change.length, change.piece));

    private static byte[] Splice(byte[] bytes, int at, int length, byte[] piece)
    {
        at = Math.Min(at, bytes.Length);
        return [.. bytes[..at], .. piece, .. bytes[Math.Min(at + length, bytes.Length)..]];
    }
}
