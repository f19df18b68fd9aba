using System.Buffers;
using System.Globalization;
using InferenceServices.Codecs;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Sends a V2 response: JSON, or JSON followed by binary outputs.</summary>
/// <remarks>Binary tensor data extension.</remarks>
internal static class InferResponseBody
{
    private const string BinaryContentType = "application/octet-stream";

    /// <summary>Sends the response.</summary>
    /// <param name="http">Context whose response has not started.</param>
    /// <param name="response">The response. Takes ownership: disposed before the first byte is sent.</param>
    /// <param name="binary">The outputs that are binary.</param>
    /// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
    /// <param name="reservation">The memory of the request.</param>
    public static async ValueTask SendAsync(
        HttpResponse http, InferResponse response, BinaryOutputs binary, TensorJsonFormat format, MemoryReservation? reservation)
    {
        PooledBufferWriter body;
        var any = false;
        using (response)
        {
            body = await JsonBody.WriteAsync(
                (response, binary, format),
                static (writer, state) => InferResponseJson.Write(writer, state.response, state.binary, state.format),
                reservation,
                http.HttpContext.RequestAborted);
            var length = body.Written.Length;
            try
            {
                foreach (var output in response.Outputs)
                {
                    if (!binary.Includes(output.Name)) continue;
                    any = true;
                    body.Write(output.Tensor.Bytes);
                }
            }
            catch
            {
                body.Dispose();
                throw;
            }
            if (any) http.Headers[InferenceHeader.Name] = length.ToString(CultureInfo.InvariantCulture);
        }
        await ResponseBody.SendAsync(http, any ? BinaryContentType : JsonBody.ContentType, body, reservation);
    }
}
