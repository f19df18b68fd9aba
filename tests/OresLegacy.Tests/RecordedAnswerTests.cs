using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.OresLegacy.Tests;

/// <summary>Answers equal those of Lift Wing's ores-legacy, recorded by <c>golden/record</c> in front of the same upstream.</summary>
public sealed class RecordedAnswerTests : IAsyncLifetime
{
    // The original fails on them.
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["GET /v3/scores/enwiki/100?models=damaging&features=maybe"] = """{"detail":{"error":{"code":"bad request","message":"features should be true or false, or have no value"}}}""",
        ["GET /v3/scores/enwiki/100/damaging|goodfaith"] = """{"detail":{"error":{"code":"not found","message":"Models ('damaging|goodfaith',) not available for enwiki"}}}""",
    };

    private static readonly JsonObject Upstream = Read("upstream.json").AsObject();
    private static readonly Dictionary<string, JsonNode> Recorded = Read("answers.json").AsArray().ToDictionary(answer => (string)answer!["request"]!, answer => answer!);

    private OresServer _server = null!;

    public static TheoryData<string> Requests => [.. Recorded.Keys];

    public async ValueTask InitializeAsync() => _server = await OresServer.StartAsync(AnswerAsync);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_answer_equals_the_recorded_one(string request)
    {
        var recorded = Recorded[request];
        var (method, target) = (request.Split(' ', 2)[0], request.Split(' ', 2)[1]);
        using var message = new HttpRequestMessage(new HttpMethod(method), target);

        using var response = await _server.Client.SendAsync(message);

        var body = await response.Content.ReadAsStringAsync();
        if (Fixed.TryGetValue(request, out var expected))
        {
            Assert.Equal(500, (int)recorded["status"]!);
            Assert.Equal((400, expected), ((int)response.StatusCode, body));
            return;
        }
        Assert.Equal((int)recorded["status"]!, (int)response.StatusCode);
        Assert.Equal((string?)recorded["content-type"], response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null);
        Assert.Equal((string?)recorded["location"], response.Headers.Location?.ToString());
        Assert.Equal((string?)recorded["allow"], response.Content.Headers.Allow.Count > 0 ? string.Join(", ", response.Content.Headers.Allow) : null);
        // To the byte; the notation of a number is that of the service.
        Assert.Equal((string)recorded["body"]!, body);
    }

    private static Task AnswerAsync(UpstreamCall call, HttpContext http)
    {
        var key = $"{call.Model} {call.RevisionId}";
        var answer = (call.ShowsFeatures ? Upstream[key + " extended"] : null) ?? Upstream[key];
        http.Response.StatusCode = (int?)answer?["status"] ?? 404;
        http.Response.ContentType = (string?)answer?["contentType"] ?? "application/json";
        return http.Response.WriteAsync((string?)answer?["text"] ?? answer?["body"]!.ToJsonString() ?? $$"""{"error":"Model with name {{call.Model}} does not exist."}""");
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Checkout.PathOf($"tests/OresLegacy.Tests/golden/{file}")))!;
}
