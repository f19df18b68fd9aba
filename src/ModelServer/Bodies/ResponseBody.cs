using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>
/// Sends a body whose length is known, so that no chunking is needed; compressed if the client accepts it. Nothing is sent before
/// <see cref="End"/> has been reached but what fits the server's buffer, so a failure can still change the status.
/// </summary>
internal readonly ref struct ResponseBody
{
    private readonly HttpResponse _response;
    private readonly MemoryStream? _coded;
    private readonly Stream? _encoder;

    private ResponseBody(HttpResponse response, MemoryStream? coded, Stream? encoder)
    {
        _response = response;
        _coded = coded;
        _encoder = encoder;
    }

    /// <summary>Sets the headers.</summary>
    /// <param name="response">Not yet started; its status is set by the caller.</param>
    /// <param name="contentType">Sent as it is.</param>
    /// <param name="length">Bytes that will be written.</param>
    public static ResponseBody Begin(HttpResponse response, string contentType, long length)
    {
        response.ContentType = contentType;
        if (ContentCoding.Choose(response.HttpContext.Request, length) is not { } coding)
        {
            response.ContentLength = length;
            return new ResponseBody(response, coded: null, encoder: null);
        }
        response.Headers.ContentEncoding = coding;
        response.Headers.Vary = "Accept-Encoding";
        var coded = new MemoryStream();
        return new ResponseBody(response, coded, ContentCoding.Encode(coded, coding));
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_encoder is null) _response.BodyWriter.Write(bytes);
        else _encoder.Write(bytes);
    }

    public void End()
    {
        if (_coded is null) return;
        _encoder!.Dispose();
        _response.ContentLength = _coded.Length;
        _response.BodyWriter.Write(_coded.GetBuffer().AsSpan(0, (int)_coded.Length));
    }
}
