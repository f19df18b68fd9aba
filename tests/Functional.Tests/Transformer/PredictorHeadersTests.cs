using System.Diagnostics;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using InferenceServices.Client;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Serving;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.ModelServer.Endpoints;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Request and response headers between client, transformer and predictor, the same in every protocol.</summary>
public sealed class PredictorHeadersTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static TheoryData<string> Protocols => ["v1", "v2", "grpc-v2"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Only_request_id_traces_and_authorization_are_forwarded(string protocol)
    {
        var seen = new Dictionary<string, string>();
        await using var fake = await FakePredictor.StartAsync(protocol, http =>
        {
            foreach (var (name, values) in http.Request.Headers) seen[name.ToLowerInvariant()] = values.ToString();
            return FakePredictor.OkAsync(http);
        });

        using var answer = await SendAsync(fake, headers =>
        {
            headers.Add("x-request-id", "wiki-42");
            headers.Add("x-b3-traceid", "80f198ee56343ba864fe8b2a57d3eff7");
            headers.TryAddWithoutValidation("authorization", "Bearer é");
            headers.Add("traceparent", Trace);
            headers.Add("tracestate", ["vendor=a", "other=b"]);
            headers.Add("baggage", "user=7");
            foreach (var name in new[] { "cookie", "x-secret", "x-forwarded-for", "x-b3-spanid", "user-agent", "referer", "grpc-secret-bin" }) headers.TryAddWithoutValidation(name, "bm8=");
        });

        Assert.Equal("wiki-42", seen["x-request-id"]);
        Assert.Equal("80f198ee56343ba864fe8b2a57d3eff7", seen["x-b3-traceid"]);
        Assert.Equal("Bearer é", seen["authorization"]);
        Assert.Equal(Trace, seen["traceparent"]);
        Assert.Equal(["vendor=a", "other=b"], seen["tracestate"].Split([", ", ","], StringSplitOptions.None));
        Assert.Equal("user=7", seen["baggage"]);
        Assert.DoesNotContain("bm8=", seen.Values);
        string[] own = [":authority", ":method", ":path", ":scheme", "host", "content-type", "content-length", "user-agent", "te", "grpc-accept-encoding"];
        Assert.Empty(seen.Keys.Except([.. own, "x-request-id", "x-b3-traceid", "authorization", "traceparent", "tracestate", "baggage"]));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_request_without_an_id_has_the_same_generated_id_at_both_servers(string protocol)
    {
        var seen = new HashSet<string>();
        await using var fake = await FakePredictor.StartAsync(protocol, http =>
        {
            seen.Add(http.Request.Headers["x-request-id"].ToString());
            Assert.False(http.Request.Headers.ContainsKey("traceparent"));
            return FakePredictor.OkAsync(http);
        });

        using var answer = await SendAsync(fake, _ => { });

        Assert.Equal(answer.Headers.GetValues("x-request-id").Single(), Assert.Single(seen));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task No_header_of_the_predictor_is_returned(string protocol)
    {
        await using var fake = await FakePredictor.StartAsync(protocol, http =>
        {
            http.Response.Headers["x-secret"] = "1";
            http.Response.Headers["set-cookie"] = "a=b";
            http.Response.Headers["x-request-id"] = "another";
            return FakePredictor.OkAsync(http);
        });

        using var answer = await SendAsync(fake, headers => headers.Add("x-request-id", "wiki-42"));

        Assert.Equal(["Date", "x-request-id"], answer.Headers.Select(header => header.Key).Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        Assert.Equal("wiki-42", answer.Headers.GetValues("x-request-id").Single());
    }

    /// <summary>gRPC metadata are headers, in both directions.</summary>
    [Fact]
    public async Task A_call_over_gRPC_forwards_the_same_headers()
    {
        var seen = new Dictionary<string, string>();
        await using var fake = await FakePredictor.StartAsync("grpc-v2", http =>
        {
            foreach (var (name, values) in http.Request.Headers) seen[name.ToLowerInvariant()] = values.ToString();
            return FakePredictor.OkAsync(http);
        });
        var request = new ModelInferRequest { ModelName = "langid" };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor
        {
            Name = "input",
            Datatype = "BYTES",
            Shape = { 1 },
            Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("""{"text":"hello"}""") } },
        });

        var metadata = new Metadata { { "x-request-id", "wiki-42" }, { "authorization", "Bearer x" }, { "traceparent", Trace }, { "x-secret", "no" } };
        await fake.Transformer.Grpc.ModelInferAsync(request, metadata);

        Assert.Equal(("wiki-42", "Bearer x", Trace), (seen["x-request-id"], seen["authorization"], seen["traceparent"]));
        Assert.DoesNotContain("x-secret", seen.Keys);
    }

    /// <summary>With tracing, HttpClient adds the trace headers; the headers of the client must not be added again.</summary>
    [Fact]
    public async Task The_predictor_gets_one_trace_and_it_continues_the_clients()
    {
        var seen = new List<string>();
        await using var fake = await FakePredictor.StartAsync("v1", http =>
        {
            seen.AddRange(http.Request.Headers.TraceParent!);
            return FakePredictor.OkAsync(http);
        });
        var caller = new DefaultHttpContext();
        caller.Request.Headers.TraceParent = Trace;
        using var connections = new SocketsHttpHandler();
        using var client = new HttpMessageInvoker(new PredictorHandler(new RequestHeadersAccessor { Current = new IncomingRequestHeaders(caller) }, connections));
        using var span = new Activity("of this server").SetParentId(Trace).Start();
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{fake.Host}/v1/models/langid:predict"));

        using var response = await client.SendAsync(message, CancellationToken.None);

        var trace = Assert.Single(seen);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", trace, StringComparison.Ordinal);
        Assert.NotEqual(Trace, trace);
    }

    private static async Task<HttpResponseMessage> SendAsync(FakePredictor fake, Action<HttpRequestHeaders> add)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fake.Transformer.Client.BaseAddress!, "/v1/models/langid:predict"))
        {
            Content = new StringContent("""{"text":"hello"}"""),
        };
        add(request.Headers);
        var response = await client.SendAsync(request);
        Assert.Equal("""{"language":"ca","wikicode":"ca","languagename":"Catalan","score":0.75}""", await response.Content.ReadAsStringAsync());
        return response;
    }
}
