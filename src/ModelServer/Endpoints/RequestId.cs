using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>The name a request goes by: the caller's, or one made for it. Comes back in the response.</summary>
internal static class RequestId
{
    public const string Header = "x-request-id";

    private const int MaxLength = 128;

    /// <summary>Settles the name and sets the response header.</summary>
    public static string Set(HttpContext http)
    {
        var given = http.Request.Headers[Header].ToString();
        // What cannot stand in a response header is not echoed.
        var id = given.Length is > 0 and <= MaxLength && !given.AsSpan().ContainsAnyExceptInRange(' ', '~') ? given : Guid.NewGuid().ToString();
        http.Response.Headers[Header] = id;
        return id;
    }

    /// <summary>The name settled by <see cref="Set"/>.</summary>
    public static string Get(HttpContext http) => http.Response.Headers[Header].ToString();
}
