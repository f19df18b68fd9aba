using System.Diagnostics;
using System.Net;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Client.Tests;

/// <summary>Request headers that are forwarded to the predictor.</summary>
public sealed class PredictorHandlerTests
{
    private static readonly string[] Forwarded = ["x-request-id", "x-b3-traceid", "authorization", "traceparent", "tracestate", "baggage"];

    [Fact]
    public async Task Only_request_id_traces_and_authorization_are_forwarded()
    {
        var incoming = new Incoming("wiki-42");
        foreach (var name in Forwarded.Where(name => name != "x-request-id")) incoming[name] = [$"the {name}"];
        foreach (var name in new[] { "cookie", "x-secret", "host", "user-agent", "x-forwarded-for", "x-b3-spanid", "content-encoding", "te" }) incoming[name] = ["no"];

        var sent = await SendAsync(incoming);

        Assert.Equal(Forwarded.Order(StringComparer.Ordinal), sent.Keys.Order(StringComparer.Ordinal));
        Assert.All(sent, header => Assert.Equal(header.Key == "x-request-id" ? "wiki-42" : $"the {header.Key}", header.Value));
    }

    [Fact]
    public async Task A_request_without_headers_has_the_generated_request_id()
        => Assert.Equal([new("x-request-id", "made-7")], await SendAsync(new Incoming("made-7")));

    [Fact]
    public async Task A_call_outside_a_request_has_a_new_request_id()
    {
        var (first, second) = (await SendAsync(incoming: null), await SendAsync(incoming: null));

        Assert.Equal(["x-request-id"], first.Keys);
        Assert.NotEqual(first["x-request-id"], second["x-request-id"]);
        Assert.True(Guid.TryParse(first["x-request-id"], out _));
    }

    [Fact]
    public async Task Repeated_empty_and_non_ASCII_values_are_forwarded_unchanged()
    {
        var incoming = new Incoming("id") { ["tracestate"] = ["a=1", "b=2"], ["authorization"] = ["Bärer 日本"], ["baggage"] = [""] };

        var sent = await SendAsync(incoming);

        Assert.Equal(("a=1, b=2", "Bärer 日本", ""), (sent["tracestate"], sent["authorization"], sent["baggage"]));
    }

    /// <summary>HttpClient sends trace headers of its own span; those of the client would be duplicates.</summary>
    [Fact]
    public async Task With_tracing_the_trace_headers_of_the_client_are_not_forwarded()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var span = new Activity("request").SetParentId(Parent).Start();

        Assert.Equal(["x-request-id"], (await SendAsync(new Incoming("id") { ["traceparent"] = [Parent] })).Keys);
    }

    private static async Task<Dictionary<string, string>> SendAsync(IRequestHeaders? incoming)
    {
        var sent = new Dictionary<string, string>();
        using var network = new Recorder(sent);
        using var handler = new PredictorHandler(new RequestHeadersAccessor { Current = incoming }, network);
        using var client = new HttpMessageInvoker(handler);
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://predictor/");
        using var response = await client.SendAsync(message, CancellationToken.None);
        return sent;
    }

    private sealed class Incoming(string requestId) : IRequestHeaders
    {
        private readonly Dictionary<string, string?[]> _headers = [];

        public string RequestId => requestId;

        public string?[] this[string name]
        {
            set => _headers[name] = value;
        }

        public IReadOnlyList<string?> GetValues(string name) => _headers.GetValueOrDefault(name) ?? [];
    }

    private sealed class Recorder(Dictionary<string, string> sent) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            foreach (var (name, values) in request.Headers.NonValidated) sent.Add(name.ToLowerInvariant(), values.ToString());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
