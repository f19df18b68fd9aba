using System.Globalization;
using InferenceServices.Codecs;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.V2;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Sends a V2 response: JSON, or JSON followed by binary outputs.</summary>
/// <remarks>Binary tensor data extension.</remarks>
internal static class InferResponseBody
{
    private const string BinaryContentType = "application/octet-stream";

    /// <summary>Sends the response.</summary>
    /// <param name="http">Context whose response has not started.</param>
    /// <param name="response">The response. The caller owns it.</param>
    /// <param name="binary">The outputs that are binary.</param>
    /// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
    public static void Send(HttpResponse http, InferResponse response, BinaryOutputs binary, TensorJsonFormat format)
    {
        long behind = 0;
        var any = false;
        foreach (var output in response.Outputs)
        {
            if (!binary.Includes(output.Name)) continue;
            any = true;
            behind += output.Tensor.Bytes.Length;
        }

        var json = JsonBuffer.Write(
            (response, binary, format),
            static (writer, state) => InferResponseJson.Write(writer, state.response, state.binary, state.format));
        if (any) http.Headers[InferenceHeader.Name] = json.Length.ToString(CultureInfo.InvariantCulture);
        var body = ResponseBody.Begin(http, any ? BinaryContentType : JsonBody.ContentType, json.Length + behind);
        body.Write(json);
        foreach (var output in response.Outputs)
            if (any && binary.Includes(output.Name)) body.Write(output.Tensor.Bytes);
        body.End();
    }
}
