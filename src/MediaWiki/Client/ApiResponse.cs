using System.Net;
using InferenceServices.Http;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Complete response of a wiki.</summary>
internal sealed class ApiResponse : IDisposable
{
    private readonly PooledBody _body;

    private ApiResponse(string domain, HttpResponseMessage response, PooledBody body, TimeProvider time)
    {
        Domain = domain;
        Status = response.StatusCode;
        MediaType = response.Content.Headers.ContentType?.MediaType;
        RetryAfter = Http.RetryAfter.Read(response.Headers.RetryAfter, time);
        _body = body;
    }

    /// <summary>Domain of the wiki.</summary>
    public string Domain { get; }

    public HttpStatusCode Status { get; }

    public bool IsOk => Status == HttpStatusCode.OK;

    /// <summary>Media type of the body; null without Content-Type.</summary>
    public string? MediaType { get; }

    public bool IsJson => string.Equals(MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Retry-After, 0 or more; null without the header.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The body; valid until the response is disposed.</summary>
    public ReadOnlySpan<byte> Body => _body.Memory.Span;

    /// <summary>Reads a response to its end.</summary>
    /// <returns>Null if the body is larger than the limit.</returns>
    public static async ValueTask<ApiResponse?> ReadAsync(string domain, HttpResponseMessage response, int limitBytes, TimeProvider time, CancellationToken cancellationToken)
        => await PooledBody.ReadAsync(response.Content, limitBytes, cancellationToken) is { } body ? new ApiResponse(domain, response, body, time) : null;

    public void Dispose() => _body.Dispose();
}
