using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>HTTP/2 without a gRPC library, for invalid messages and raw responses.</summary>
internal static class RawHttp2
{
    public const string Infer = "/inference.GRPCInferenceService/ModelInfer";

    /// <summary>Adds the five-byte gRPC prefix to a message.</summary>
    public static byte[] Frame(byte[] message, byte compressed = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>Posts a body and reads the whole response.</summary>
    /// <param name="address">Address of the gRPC port.</param>
    /// <param name="path">Service and method.</param>
    /// <param name="body">Framed messages.</param>
    /// <param name="contentType">Content type; null for none.</param>
    /// <param name="headers">Additional headers.</param>
    public static async Task<HttpResponseMessage> PostAsync(
        Uri address, string path, byte[] body, string? contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await SendAsync(address, HttpMethod.Post, path, content, headers);
    }

    public static async Task<HttpResponseMessage> SendAsync(
        Uri address, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        using var message = new HttpRequestMessage(method, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.Add("te", "trailers");
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(message);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }

    /// <summary>Gets the gRPC status of a trailers-only response.</summary>
    public static string StatusInHeaders(HttpResponseMessage response)
    {
        Assert.Empty(response.TrailingHeaders);
        return response.Headers.GetValues("grpc-status").Single();
    }
}
