using FsCheck;
using FsCheck.Fluent;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates headers.</summary>
public static class HeaderCases
{
    private static readonly string[] Names =
    [
        "Inference-Header-Content-Length", "Content-Encoding", "Content-Type", "Accept-Encoding", "Accept", "x-request-id", "traceparent", "tracestate", "baggage",
        "ce-id", "ce-type", "ce-source", "ce-specversion", "ce-time", "ce-content-type", "ce-subject", "If-None-Match", "Range", "Expect", "X-HTTP-Method-Override",
        "Cookie", "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "Priority",
    ];

    private static readonly string[] Values =
    [
        "", " ", "0", "1", "-1", "+1", "00", "1.0", "1e1", "0x1", "97", "98", "99", "100", "2147483647", "2147483648", "99999999999999999999", "1, 2", "one", "٣",
        "gzip", "deflate", "br", "identity", "x-gzip", "gzip, gzip", "gzip;q=0", "*", "*;q=0", "gzip;q=9", "gzip;q=", "deflate, gzip;q=1.0, *;q=0.5", ";", ",", "\"",
        "application/json", "application/json; charset=utf-16", "application/cloudevents+json", "application/cloudevents+json; charset=utf-8", "application/cloudevents-batch+json",
        "application/octet-stream", "multipart/form-data", "text/html", "/", "a/b/c", "\t", "é", "日本", "00-00000000000000000000000000000000-0000000000000000-00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "1.0", "0.3", "2026-01-01T00:00:00Z", "not a time", "io.kserve.inference.request", "100-continue", "bytes=0-1",
        "%00", "%zz", "../..", "{\"a\":1}", new('x', 4_000), new('9', 400),
    ];

    /// <summary>FsCheck finds this generator by its return type.</summary>
    public static Arbitrary<HeaderCase> OfHeaders() => Arb.From(
        from count in Gen.Choose(1, 5)
        from headers in (from name in Gen.Elements(Names) from value in Gen.Elements(Values) select (name, value)).ListOf(count)
        select new HeaderCase([.. headers]),
        Shorter);

    private static IEnumerable<HeaderCase> Shorter(HeaderCase headers)
        => headers.Headers.Count == 1 ? [] : headers.Headers.Select((_, i) => new HeaderCase([.. headers.Headers.Where((_, j) => j != i)]));
}
