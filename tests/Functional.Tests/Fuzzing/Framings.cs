using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates requests with inconsistent lengths, chunks and headers, followed by a valid request.</summary>
internal static class Framings
{
    public const string Rows = """{"instances":[[1,2,3],[4,5,6]]}""";

    private static readonly string[] Lengths =
    [
        $"Content-Length: {Rows.Length - 1}\r\n", $"Content-Length: {Rows.Length + 1}\r\n", $"content-length:{Rows.Length}  \r\n", "Content-Length: 0\r\n",
        $"Content-Length: 0{Rows.Length}\r\n", $"Content-Length: +{Rows.Length}\r\n", "Content-Length: -1\r\n", "Content-Length: 0x10\r\n", "Content-Length: 3, 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 9223372036854775808\r\n", "Content-Length: 2000001\r\n", "Content-Length:\r\n", "Content-Length : 3\r\n", "Content-Length: 3\n", "",
    ];

    private static readonly string[] Codings =
    [
        "transfer-encoding:\tCHUNKED \r\n", "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, gzip\r\n", "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: \u000bchunked\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding:\r\n chunked\r\n", "",
    ];

    private static readonly string[] Sizes = ["0003", "2", "4", "3;a=b", "3 ", " 3", "0x3", "-3", "3\n", "ffffffffffffffff", "7fffffff", "g", "", $"3;{new string('a', 20_000)}", "0"];

    private static readonly string[] Ends = ["0\r\nx: y\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n", "000\r\n\r\n", "0\r\n", "0", "0\n\n", ""];

    private static readonly string[] Names =
        ["X", "Host", "Content-Type", "Inference-Header-Content-Length", "x-request-id", "Accept-Encoding", "Content-Encoding", "ce-specversion", "traceparent", "Connection", "Upgrade", "Expect", "Cookie", ":path", "", "X Y", "\u00c3\u00a9"];

    private static Gen<string> Chunks =>
        from count in Gen.Choose(0, 4)
        from sizes in Mostly("3", Sizes).ListOf(count)
        from end in Mostly("0\r\n\r\n", Ends)
        select string.Concat(sizes.Select(size => $"{size}\r\n[1,\r\n")) + end;

    private static Gen<string> Header =>
        from name in Gen.Elements(Names)
        from value in Gen.OneOf(
            Gen.Elements("", "0", "1", "close", "keep-alive", "100-continue", "h2c", "gzip", new string('a', 9_000), new string('a', 40_000)),
            from length in Gen.Choose(0, 40) from bytes in Gen.Choose(0, 255).Select(b => (char)b).ListOf(length) select new string([.. bytes]))
        select $"{name}: {value}\r\n";

    public static Gen<byte[]> Request =>
        from chunked in Gen.Elements(false, true)
        from version in Mostly("HTTP/1.1", "HTTP/1.0", "HTTP/1.01", "HTTP/2", "")
        from length in Mostly(chunked ? "" : $"Content-Length: {Rows.Length}\r\n", Lengths)
        from coding in Mostly(chunked ? "Transfer-Encoding: chunked\r\n" : "", Codings)
        from count in Gen.Elements(0, 0, 0, 1, 2)
        from headers in Header.ListOf(count)
        from body in chunked ? Chunks : Mostly(Rows, "", "{}", Rows + "\r\n", Rows[..^1])
        select Encoding.Latin1.GetBytes($"POST /v1/models/fixed:predict {version}\r\nHost: x\r\n{length}{coding}{string.Concat(headers)}\r\n{body}GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    // Only one fault per request: two can hide each other.
    private static Gen<string> Mostly(string right, params string[] wrong) => Gen.Frequency((3, Gen.Constant(right)), (1, Gen.Elements(wrong)));
}
