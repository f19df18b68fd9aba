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
        var id = given.Length is > 0 and <= MaxLength && !given.AsSpan().ContainsAnyExceptInRange(' ', '~') ? given : Make();
        http.Response.Headers[Header] = id;
        return id;
    }

    /// <summary>A name for work that has none.</summary>
    public static string Make()
    {
        // A name must be unlikely to repeat, not hard to guess: Guid.NewGuid asks the kernel for randomness on every call.
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>The name settled by <see cref="Set"/>.</summary>
    public static string Get(HttpContext http) => http.Response.Headers[Header].ToString();
}
