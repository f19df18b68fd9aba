using System.Globalization;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Codecs.V2;

/// <summary>The header that says where a body's JSON ends and its tensors begin.</summary>
/// <remarks>Binary tensor data extension. It counts bytes of the body as it is after any content coding was undone.</remarks>
internal static class InferenceHeader
{
    public const string Name = "Inference-Header-Content-Length";

    /// <summary>The length of the JSON part.</summary>
    /// <param name="headers">Of the message.</param>
    /// <param name="bodyLength">Bytes of the whole body.</param>
    /// <returns>Null without the header: the whole body is JSON. 0: the whole body is one tensor.</returns>
    /// <exception cref="InvalidInputException">Not a number, or beyond the body: 400.</exception>
    public static int? Read(IHeaderDictionary headers, int bodyLength)
    {
        if (!headers.TryGetValue(Name, out var values) || values.Count == 0) return null;
        var text = values.ToString();
        return values.Count == 1 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bodyLength
            ? length
            : throw new InvalidInputException($"{Name} should be a whole number from 0 to the body's {bodyLength} bytes, got '{JsonFields.Shorten(text)}'");
    }
}
