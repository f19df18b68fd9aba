using System.Text.Json;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Requests and retries of the transformer, and its readiness.</summary>
public sealed partial class PredictorClientTests
{
    [Fact]
    public async Task The_predictor_gets_the_rows_as_V2()
    {
        var bodies = new List<string>();
        await using var fake = await FakePredictor.StartAsync(async http =>
        {
            bodies.Add($"{http.Request.Method} {http.Request.Path} {http.Request.ContentType} {await new StreamReader(http.Request.Body).ReadToEndAsync()}");
            await http.Response.WriteAsync(FakePredictor.Ok);
        });

        var answer = (await fake.PredictAsync("hello\\nhello")).AssertOk();

        Assert.Equal("""{"language":"ca","wikicode":"ca","languagename":"Catalan","score":0.75}""", answer.Body);
        var sent = Assert.Single(bodies);
        Assert.StartsWith("""POST /v2/models/langid/infer application/json {"id":"ID",""", IdOf().Replace(sent, "ID"), StringComparison.Ordinal);
        Assert.EndsWith(""","inputs":[{"name":"ids","shape":[1,3],"datatype":"INT64","data":[0,0,1]}]}""", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(11, 3)]
    public async Task The_max_text_length_can_be_set(int maxTextLength, int rows)
    {
        var sent = 0;
        await using var fake = await FakePredictor.StartAsync(
            async http =>
            {
                var body = JsonElement.Parse(await new StreamReader(http.Request.Body).ReadToEndAsync());
                sent = body.GetProperty("inputs")[0].GetProperty("data").GetArrayLength();
                await http.Response.WriteAsync(FakePredictor.Ok);
            },
            $"--max_text_length={maxTextLength}");

        (await fake.PredictAsync("hello hello hello")).AssertOk();

        Assert.Equal(rows, sent);
    }

    [Theory]
    [InlineData("--enable_predictor_health_check", true)]
    [InlineData("--enable_predictor_health_check=false", false)]
    public async Task Readiness_depends_on_the_predictor_if_configured(string option, bool follows)
    {
        var status = StatusCodes.Status503ServiceUnavailable;
        await using var fake = await FakePredictor.StartAsync(
            http =>
            {
                http.Response.StatusCode = http.Request.Path == "/v2/models/langid/ready" ? status : StatusCodes.Status200OK;
                return http.Response.WriteAsync("{}");
            },
            option);

        foreach (var path in new[] { "/v2/health/ready", "/v2/models/langid/ready", "/v1/models/langid" })
        {
            status = StatusCodes.Status503ServiceUnavailable;
            Assert.Equal(follows ? 503 : 200, (await fake.Transformer.GetAsync(path)).Status);
            status = StatusCodes.Status200OK;
            Assert.Equal(200, (await fake.Transformer.GetAsync(path)).Status);
        }
        Assert.Equal(200, (await fake.Transformer.GetAsync("/v2/health/live")).Status);
    }

    [Fact]
    public async Task The_predictor_gets_the_request_id_of_the_client()
    {
        string? seen = null;
        await using var servers = await FakePredictor.StartAsync(http =>
        {
            seen = http.Request.Headers["x-request-id"];
            return http.Response.WriteAsync(FakePredictor.Ok);
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/langid:predict") { Content = new StringContent("""{"text":"hello"}""") };
        request.Headers.Add("x-request-id", "wiki-42");

        using var response = await servers.Transformer.Client.SendAsync(request);

        Assert.Equal("wiki-42", seen);
        Assert.Equal("wiki-42", response.Headers.GetValues("x-request-id").Single());
    }

    // The id that was generated for a request without one.
    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex IdOf();
}
