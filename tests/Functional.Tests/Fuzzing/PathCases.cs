using FsCheck;
using FsCheck.Fluent;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Makes verbs and paths for the properties. No path unloads a model: the servers are shared.</summary>
public static class PathCases
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "FOO"];

    private static readonly string[] Segments =
    [
        "v1", "v2", "v3", "models", "fixed", "versioned", "none", "versions", "1", "2", "01", "-1", "99999999999999999999", "infer", "ready", "live", "health",
        "stats", "config", "repository", "index", "load", "fixed:predict", "fixed:explain", "none:predict", "fixed:", ":predict", "fixed:predict:predict", "openapi.json", "docs", "metrics", "",
        ".", "..", "%2e%2e", "%2F", "fixed%3Apredict", "%00", "%ff", "%", "%zz", "é", "日本", "a b", "?", "?a=b", "#x", ";a", "*", "{modelName}", new('x', 3_000), "INFER", "V1",
    ];

    /// <summary>Found by FsCheck, by its return type.</summary>
    public static Arbitrary<PathCase> OfPaths() => Arb.From(
        from verb in Gen.Elements(Verbs)
        from count in Gen.Choose(1, 7)
        from segments in Gen.Elements(Segments).ListOf(count)
        select new PathCase(verb, "/" + string.Join('/', segments)));
}
