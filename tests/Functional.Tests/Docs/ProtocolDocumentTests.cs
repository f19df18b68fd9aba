using System.Text.RegularExpressions;
using Grpc.AspNetCore.Server;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.Functional.Tests.Docs;

/// <summary><c>docs/protocol.md</c> promises what the server has, no more and no less.</summary>
public sealed partial class ProtocolDocumentTests
{
    [Fact]
    public void Every_endpoint_that_is_promised_is_served_and_the_other_way_round()
    {
        var promised = File.ReadLines(Path.Combine(Checkout.Root, "docs/protocol.md"))
            .Select(line => Promise().Match(line))
            .Where(row => row.Success)
            .SelectMany(row => WithAndWithoutVersion(row.Groups["endpoint"].Value));

        Assert.Equal(Served().Order(StringComparer.Ordinal), promised.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_endpoint_over_REST_is_described_and_the_other_way_round()
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
            // Without a verb a route only refuses the others; with a placeholder for service and method it refuses what is not there.
            if (route.Metadata.GetMetadata<HttpMethodMetadata>() is not { } verbs || path.StartsWith("/{", StringComparison.Ordinal)) continue;
            var isGrpc = route.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;
            served.AddRange(isGrpc ? [path[1..]] : verbs.HttpMethods.Select(verb => $"{verb} {path}"));
        }
        return served;
    }

    [GeneratedRegex(@"^\| `(?<endpoint>[^`]+)` \| yes \|")]
    private static partial Regex Promise();

    [GeneratedRegex(@"\[(?<part>[^\]]+)\]")]
    private static partial Regex Optional();
}
