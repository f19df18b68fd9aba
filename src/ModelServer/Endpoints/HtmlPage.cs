using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Sends an HTML page if <c>Accept</c> prefers it to JSON.</summary>
internal static class HtmlPage
{
    /// <summary>Returns whether <c>Accept</c> has <c>text/html</c> with at least the quality of JSON; browsers list it first.</summary>
    public static bool IsRequested(HttpRequest request)
    {
        // Other clients do not send it; the check avoids parsing their header.
        if (!request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)) return false;
        var accepted = new RequestHeaders(request.Headers).Accept;
        return QualityOf(accepted, "text/html") is > 0 and var html && html >= (QualityOf(accepted, "application/json") ?? 0);
    }

    public static Task SendAsync(HttpResponse response, string page)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.Vary = HeaderNames.Accept;
        // The page uses inline styles only; injected content cannot run scripts or load resources.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        return response.WriteAsync(page, response.HttpContext.RequestAborted);
    }

    private static double? QualityOf(IList<MediaTypeHeaderValue> accepted, string mediaType)
        => accepted.FirstOrDefault(entry => entry.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)) is { } found ? found.Quality ?? 1 : null;
}
