using System.IO.Compression;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Content codings of requests and responses: gzip and deflate.</summary>
/// <remarks>RFC 9110, sections 8.4 and 12.5.3: deflate is the zlib format.</remarks>
internal static class ContentCoding
{
    // A smaller response fits in one packet without compression; MLServer has the same limit.
    private const int MinBytes = 500;

    private const string Gzip = "gzip";
    private const string Deflate = "deflate";

    /// <summary>Decompresses a request body while it is read.</summary>
    /// <exception cref="UnsupportedContentCodingException">The coding is not supported: 415.</exception>
    public static Stream Decode(Stream body, string coding) => coding.Trim().ToLowerInvariant() switch
    {
        Gzip or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        Deflate => new ZLibStream(body, CompressionMode.Decompress),
        "" or "identity" => body,
        _ => throw new UnsupportedContentCodingException(coding),
    };

    /// <summary>Checks a coding before the body is read.</summary>
    /// <inheritdoc cref="Decode"/>
    public static void Require(string coding)
    {
        if (coding.Trim().ToLowerInvariant() is not (Gzip or "x-gzip" or Deflate or "" or "identity")) throw new UnsupportedContentCodingException(coding);
    }

    /// <summary>Selects the coding of a response.</summary>
    /// <param name="request">Request with <c>Accept-Encoding</c>.</param>
    /// <param name="length">Length of the response in bytes.</param>
    /// <returns>Name of the coding; null for none.</returns>
    public static string? Choose(HttpRequest request, long length)
    {
        var accepted = request.Headers.AcceptEncoding;
        if (accepted.Count == 0 || length < MinBytes || !StringWithQualityHeaderValue.TryParseList(accepted, out var codings)) return null;
        var gzip = QualityOf(codings, Gzip);
        var deflate = QualityOf(codings, Deflate);
        if (Math.Max(gzip, deflate) <= 0 || QualityOf(codings, "identity", otherwise: 0) > Math.Max(gzip, deflate)) return null;
        return gzip >= deflate ? Gzip : Deflate;
    }

    /// <summary>Compresses a response; its content is complete after the stream is disposed.</summary>
    public static Stream Encode(Stream target, string coding)
        => coding == Gzip
            ? new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true)
            : new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true);

    private static double QualityOf(IList<StringWithQualityHeaderValue> codings, string name, double? otherwise = null)
    {
        double? any = null;
        foreach (var coding in codings)
        {
            if (coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) return coding.Quality ?? 1;
            if (coding.Value == "*") any = coding.Quality ?? 1;
        }
        return otherwise ?? any ?? 0;
    }
}
