using InferenceServices.Contracts.Serving;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>The headers of an HTTP request, for code that calls other services.</summary>
internal sealed class IncomingRequestHeaders(HttpContext http) : IRequestHeaders
{
    public string RequestId { get; } = Endpoints.RequestId.Get(http);

    public IReadOnlyList<string?> GetValues(string name) => http.Request.Headers[name];
}
