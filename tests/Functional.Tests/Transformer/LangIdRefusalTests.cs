using System.Net.Sockets;
using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Bad input over a real connection.</summary>
[Collection(LangIdShared.Name)]
public sealed class LangIdRefusalTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";
    private const string Good = """{"text":"Some random text in any language"}""";
    private const int LimitBytes = 4 << 20;

    [NeedsLangIdModelTheory]
    [InlineData("{}", "The parameter text is required.")]
    [InlineData("""{"text":""}""", "The parameter text is required.")]
    [InlineData("""{"text":1}""", "The input 'text' should be a string.")]
    [InlineData("""{"text":" \n "}""", "The input 'text' should hold more than white space.")]
    [InlineData("""["text"]""", "The request body should be a JSON object, got an array.")]
    [InlineData("text", "Unrecognized request format: not valid JSON at line 1, byte 2.")]
    [InlineData("", "Unrecognized request format: not valid JSON at line 1, byte 1.")]
    public async Task A_bad_body_is_refused_with_400_over_V1_and_V2(string body, string error)
    {
        foreach (var server in new[] { servers.Collocated, servers.Split })
        {
            (await server.PostAsync(Predict, body)).AssertRefused(400, "invalid_input", error);
            (await server.PostAsync("/v2/models/langid/infer", V2(Good, body))).AssertRefused(400, "invalid_input", error);
        }
    }

    [NeedsLangIdModelFact]
    public async Task A_body_that_is_no_UTF8_is_refused_with_400()
        => (await servers.Collocated.PostAsync(Predict, [.. "{\"text\":\""u8, 0xFF, .. "\"}"u8]))
            .AssertRefused(400, "invalid_input", "Unrecognized request format: the body is not valid UTF-8.");

    [NeedsLangIdModelTheory]
    [InlineData("""{"inputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[2],"datatype":"BYTES","data":["{}"]}]}""")]
    [InlineData("""{"text":"Some random text in any language"}""")]
    public async Task A_V2_request_without_one_BYTES_input_is_refused_with_400(string body)
        => (await servers.Collocated.PostAsync("/v2/models/langid/infer", body)).AssertRefused(400, "invalid_input");

    [NeedsLangIdModelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_megabytes_are_refused_with_413_and_the_connection_stays(bool chunked)
    {
        // One connection: were it reset, sending, receiving or the next request would throw.
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = servers.Collocated.Client.BaseAddress };
        var large = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('a', 10 << 20)}\"}}");
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Predict) { Content = new ByteArrayContent(large) };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await client.SendAsync(request);
            using var next = await client.PostAsync(Predict, new StringContent(Good));

            (await Answer.OfAsync(response)).AssertRefused(413, "payload_too_large");
            (await Answer.OfAsync(next)).AssertOk();
        }
    }

    [NeedsLangIdModelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_413_the_same_socket_takes_the_next_request(bool chunked)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(servers.Collocated.Client.BaseAddress!.Host, servers.Collocated.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        var body = new byte[6 << 20];
        Array.Fill(body, (byte)' ');
        var length = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {Predict} HTTP/1.1\r\nHost: test\r\n{length}\r\n\r\n"));
        if (chunked) await stream.WriteAsync(Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"));
        await stream.WriteAsync(body);
        if (chunked) await stream.WriteAsync("\r\n0\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {Predict} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {Good.Length}\r\n\r\n{Good}"));
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.StartsWith("HTTP/1.1 413 ", answers, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 200 OK", answers, StringComparison.Ordinal);
    }

    [NeedsLangIdModelTheory]
    [InlineData(LimitBytes, 200)]
    [InlineData(LimitBytes + 1, 413)]
    public async Task Four_mebibytes_are_the_most(int bytes, int status)
    {
        var body = Encoding.UTF8.GetBytes(Good.PadRight(bytes));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, Predict) { Content = new ByteArrayContent(body) };
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(status, (await servers.Collocated.PostAsync(Predict, body)).Status);
        using var response = await servers.Collocated.Client.SendAsync(chunked);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [NeedsLangIdModelTheory]
    [InlineData("POST", "/v1/models/none:predict", 404, "model_not_found")]
    [InlineData("POST", "/v2/models/none/infer", 404, "model_not_found")]
    [InlineData("GET", "/v1/models/none", 404, "model_not_found")]
    [InlineData("GET", "/v2/models/none", 404, "model_not_found")]
    [InlineData("GET", "/v2/models/none/ready", 404, "model_not_found")]
    [InlineData("GET", "/v1/models/langid:predict", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/models/langid:explain", 405, "method_not_allowed")]
    [InlineData("PUT", "/v1/models/langid:predict", 405, "method_not_allowed")]
    [InlineData("GET", "/v2/models/langid/infer", 405, "method_not_allowed")]
    [InlineData("DELETE", "/v2/models/langid", 405, "method_not_allowed")]
    [InlineData("POST", "/v1/models/langid", 405, "method_not_allowed")]
    [InlineData("POST", "/openapi.json", 405, "method_not_allowed")]
    [InlineData("POST", "/v1/models/langid:train", 404, "model_not_found")]
    [InlineData("PUT", "/v1/models/none:predict", 404, "model_not_found")]
    [InlineData("PUT", "/v1/models/none", 404, "model_not_found")]
    [InlineData("POST", "/v3/models/langid", 404, "not_found")]
    [InlineData("GET", "/favicon.ico", 404, "not_found")]
    public async Task A_wrong_path_name_or_verb_is_refused(string verb, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (verb is "POST" or "PUT") request.Content = new StringContent(Good);
        using var response = await servers.Collocated.Client.SendAsync(request);

        if (status == 405) Assert.DoesNotContain(verb, response.Content.Headers.Allow);
        (await Answer.OfAsync(response)).AssertRefused(status, code);
    }

    [NeedsLangIdModelTheory]
    [InlineData("1", 200)]
    [InlineData("7", 404)]
    public async Task A_service_has_the_version_1(string version, int status)
    {
        Assert.Equal(status, (await servers.Collocated.PostAsync($"/v2/models/langid/versions/{version}/infer", V2(Good))).Status);
        Assert.Equal(status, (await servers.Collocated.GetAsync($"/v2/models/langid/versions/{version}")).Status);
    }

    [NeedsLangIdModelTheory]
    [InlineData(":predict")]
    [InlineData(":explain")]
    public async Task Only_post_is_allowed_on_an_operation(string operation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/models/langid" + operation);
        using var response = await servers.Collocated.Client.SendAsync(request);

        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    private static string V2(params string[] bodies)
        => System.Text.Json.JsonSerializer.Serialize(
            new { inputs = new[] { new { name = "input", shape = new[] { bodies.Length }, datatype = "BYTES", data = bodies } } });
}
