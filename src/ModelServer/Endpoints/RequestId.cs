using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Request id: the client's <c>x-request-id</c>, or a generated id. The response repeats it.</summary>
internal static class RequestId
{
    public const string Header = "x-request-id";

    private const int MaxLength = 128;

    /// <summary>Sets the id of a request and the response header.</summary>
    public static string Set(HttpContext http)
    {
        var requestId = http.Request.Headers[Header].ToString();
        // An id that is invalid in a response header is replaced.
        var id = requestId.Length is > 0 and <= MaxLength && !requestId.AsSpan().ContainsAnyExceptInRange(' ', '~') ? requestId : Make();
        http.Response.Headers[Header] = id;
        return id;
    }

    /// <summary>Generates an id.</summary>
    public static string Make()
    {
        // Ids must be unique, not unpredictable: Guid.NewGuid requests randomness from the kernel on every call.
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>Gets the id that <see cref="Set"/> has set.</summary>
    public static string Get(HttpContext http) => http.Response.Headers[Header].ToString();
}
