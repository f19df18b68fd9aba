using System.Diagnostics;
using System.Net;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Client.Tests;

/// <summary>What of a caller's request reaches the predictor.</summary>
public sealed class PredictorHandlerTests
{
    private static readonly string[] Forwarded = ["x-request-id", "x-b3-traceid", "authorization", "traceparent", "tracestate", "baggage"];

    [Fact]
    public async Task Name_traces_and_authorization_are_forwarded_and_nothing_else()
    {
        var incoming = new Incoming("wiki-42");
        foreach (var name in Forwarded.Where(name => name != "x-request-id")) incoming[name] = [$"the {name}"];
        foreach (var name in new[] { "cookie", "x-secret", "host", "user-agent", "x-forwarded-for", "x-b3-spanid", "content-encoding", "te" }) incoming[name] = ["no"];

        var sent = await SendAsync(incoming);

        Assert.Equal(Forwarded.Order(StringComparer.Ordinal), sent.Keys.Order(StringComparer.Ordinal));
        Assert.All(sent, header => Assert.Equal(header.Key == "x-request-id" ? "wiki-42" : $"the {header.Key}", header.Value));
    }

    [Fact]
    public async Task A_request_without_headers_gets_the_name_made_for_it()
        => Assert.Equal([new("x-request-id", "made-7")], await SendAsync(new Incoming("made-7")));

    [Fact]
    public async Task Work_outside_a_request_has_a_name_of_its_own()
    {
        var (first, second) = (await SendAsync(incoming: null), await SendAsync(incoming: null));

        Assert.Equal(["x-request-id"], first.Keys);
        Assert.NotEqual(first["x-request-id"], second["x-request-id"]);
        Assert.True(Guid.TryParse(first["x-request-id"], out _));
    }

    [Fact]
    public async Task Repeated_and_empty_and_foreign_values_go_as_they_came()
    {
        var incoming = new Incoming("id") { ["tracestate"] = ["a=1", "b=2"], ["authorization"] = ["Bärer 日本"], ["baggage"] = [""] };

        var sent = await SendAsync(incoming);

        Assert.Equal(("a=1, b=2", "Bärer 日本", ""), (sent["tracestate"], sent["authorization"], sent["baggage"]));
    }

    /// <summary>HttpClient sends the trace of its own span; the caller's beside it would be a second.</summary>
    [Fact]
    public async Task Where_this_server_traces_the_callers_trace_is_left_to_its_own_span()
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
