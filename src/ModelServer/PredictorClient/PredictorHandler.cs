using System.Diagnostics;
using InferenceServices.ModelServer.Endpoints;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.PredictorClient;

/// <summary>
/// What every request to the predictor carries of the request it is made for, over HTTP and gRPC alike, whose metadata are HTTP's headers: its name,
/// its traces and who asks, and nothing else. Outside a request there is only a name.
/// </summary>
/// <param name="contexts">The request being answered, if there is one.</param>
/// <param name="inner">Sends.</param>
/// <remarks>KServe's three, and W3C Trace Context and Baggage.</remarks>
internal sealed class PredictorHandler(IHttpContextAccessor contexts, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly string[] Callers = ["authorization", "x-b3-traceid"];
    private static readonly string[] Traces = ["traceparent", "tracestate", "baggage"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Forward(contexts.HttpContext, request);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        // The handler's own connect timeout comes as a cancellation that nobody asked for.
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection took too long.", exception);
        }
    }

    private static void Forward(HttpContext? http, HttpRequestMessage request)
    {
        var name = http is null ? "" : RequestId.Get(http);
        request.Headers.TryAddWithoutValidation(RequestId.Header, name.Length > 0 ? name : RequestId.Make());
        if (http is null) return;
        Copy(http, request, Callers);
        // Where this server traces, HttpClient itself sends the trace of its own span, whose parent is the caller's.
        if (Activity.Current is null) Copy(http, request, Traces);
    }

    private static void Copy(HttpContext http, HttpRequestMessage request, string[] names)
    {
        foreach (var name in names)
        {
            if (!http.Request.Headers.TryGetValue(name, out var values)) continue;
            foreach (var value in values) request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
