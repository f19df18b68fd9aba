using FsCheck;
using FsCheck.Fluent;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates methods and paths. No path unloads a model: the servers are shared.</summary>
public static class PathCases
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "G\u00c3\u00a9T", "X-Y.Z"];

    private static readonly string[] Known =
    [
        "v1", "v2", "v3", "models", "fixed", "versioned", "none", "versions", "1", "2", "01", "-1", "99999999999999999999", "infer", "ready", "live", "health",
        "stats", "config", "repository", "index", "load", "fixed:predict", "fixed:explain", "none:predict", "fixed:", ":predict", "fixed:predict:predict", "openapi.json", "docs", "metrics", "",
    ];

    private static readonly string[] Odd =
    [
        ".", "..", "%2e%2e", "%2F", "%5c", "\\", "fixed%3Apredict", "%00", "\0", "%0d%0a", "%ff", "\u00ff", "%", "%z", "%zz", "%u00e9", "%c3%a9", "%c0%af", "%ed%a0%80",
        // Unescaped UTF-8 of é and 日本, which is invalid in a path; %25 and double escapes; characters that end a path.
        "\u00c3\u00a9", "\u00e6\u0097\u00a5\u00e6\u009c\u00ac", "%25", "%2525", "a b", "\t", "?", "?a=b&%00", "#x", ";a", "*", "{modelName}", "<x>", "\"", new('x', 300), new('x', 3_000), new('%', 200), "INFER", "V1",
    ];

    private static readonly string[] Starts =
        ["/", "/", "/", "/v1/models/", "/v1/models/fixed", "/v2/models/", "/v2/models/fixed/", "/v2/models/versioned/versions/", "/v2/repository/models/", "/docs/", "//", "http://x/", "", "*", "?"];

    /// <summary>FsCheck finds this generator by its return type.</summary>
    public static Arbitrary<PathCase> OfPaths() => Arb.From(
        from verb in Gen.Elements(Verbs)
        from start in Gen.Elements(Starts)
        from count in Gen.Elements(0, 1, 1, 1, 2, 2, 3, 6)
        from segments in Gen.Frequency((3, Gen.Elements(Known)), (1, Gen.Elements(Odd))).ListOf(count)
        select new PathCase(verb, start + string.Join('/', segments)));
}
