using System.Diagnostics;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Client;

/// <summary>
/// Adds to every request to the predictor, over HTTP and gRPC, some headers of the request being answered: its id, its trace and its authorization.
/// Outside a request it adds a new id only.
/// </summary>
/// <param name="headers">The headers of the request being answered.</param>
/// <param name="inner">Sends the request.</param>
/// <remarks>The three headers that KServe forwards, W3C Trace Context and Baggage.</remarks>
internal sealed class PredictorHandler(RequestHeadersAccessor headers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string RequestIdHeader = "x-request-id";

    private static readonly string[] Forwarded = ["authorization", "x-b3-traceid"];
    private static readonly string[] Traces = ["traceparent", "tracestate", "baggage"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Forward(headers.Current, request);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        // The handler's own connect timeout is reported as a cancellation.
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection took too long.", exception);
        }
    }

    private static void Forward(IRequestHeaders? incoming, HttpRequestMessage request)
    {
        var id = incoming?.RequestId ?? "";
        request.Headers.TryAddWithoutValidation(RequestIdHeader, id.Length > 0 ? id : Guid.NewGuid().ToString());
        if (incoming is null) return;
        Copy(incoming, request, Forwarded);
        // If this server traces, HttpClient sends the trace of its own span, whose parent is the client's span.
        if (Activity.Current is null) Copy(incoming, request, Traces);
    }

    private static void Copy(IRequestHeaders incoming, HttpRequestMessage request, string[] names)
    {
        foreach (var name in names)
            foreach (var value in incoming.GetValues(name)) request.Headers.TryAddWithoutValidation(name, value);
    }
}
