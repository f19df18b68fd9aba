using System.Text.RegularExpressions;
using Grpc.AspNetCore.Server;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.Functional.Tests.Docs;

/// <summary><c>docs/protocol.md</c> lists exactly the endpoints of the servers.</summary>
public sealed partial class ProtocolDocumentTests
{
    [Fact]
    public void The_documented_endpoints_are_exactly_the_served_ones()
    {
        var promised = File.ReadLines(Path.Combine(Checkout.Root, "docs/protocol.md"))
            .Select(line => Promise().Match(line))
            .Where(row => row.Success)
            .SelectMany(row => WithAndWithoutVersion(row.Groups["endpoint"].Value));

        Assert.Equal(Served().Order(StringComparer.Ordinal), promised.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenAPI_describes_exactly_the_REST_endpoints()
    {
        await using var server = await PredictorServers.StartModelAsync("iris-mlp");

        var described =
            from path in (await server.GetAsync("/openapi.json")).AssertOk().Json.GetProperty("paths").EnumerateObject()
            from verb in path.Value.EnumerateObject()
            select $"{verb.Name.ToUpperInvariant()} {path.Name.Replace("iris-mlp", "{modelName}", StringComparison.Ordinal)}";

        Assert.Equal(Served().Where(endpoint => endpoint.Contains(' ', StringComparison.Ordinal)).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> WithAndWithoutVersion(string endpoint)
    {
        yield return Optional().Replace(endpoint, "");
        if (Optional().IsMatch(endpoint)) yield return Optional().Replace(endpoint, "${part}");
    }

    private static List<string> Served()
    {
        using var app = PredictorHost.Build([$"--model_dir={TestModels.PathOf("iris-mlp")}"]);
        var served = new List<string>();
        foreach (var route in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            var path = "/" + route.RoutePattern.RawText!.TrimStart('/');
            // A route without a method, or with placeholders for service and method, only returns errors.
            if (route.Metadata.GetMetadata<HttpMethodMetadata>() is not { } verbs || path.StartsWith("/{", StringComparison.Ordinal)) continue;
            // HEAD is served where GET is; see ProtocolMistakeTests.
            var isGrpc = route.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;
            served.AddRange(isGrpc ? [path[1..]] : verbs.HttpMethods.Where(verb => verb != HttpMethods.Head).Select(verb => $"{verb} {path}"));
        }
        return served;
    }

    [GeneratedRegex(@"^\| `(?<endpoint>[^`]+)` \| yes \|")]
    private static partial Regex Promise();

    [GeneratedRegex(@"\[(?<part>[^\]]+)\]")]
    private static partial Regex Optional();
}
