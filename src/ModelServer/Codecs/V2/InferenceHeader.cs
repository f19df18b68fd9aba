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
    /// <param name="headers">Of the request.</param>
    /// <param name="bodyLength">Bytes of the whole body.</param>
    /// <returns>Null without the header: the whole body is JSON. 0: the whole body is one tensor.</returns>
    /// <exception cref="InvalidInputException">Not a number, or beyond the body: 400.</exception>
    public static int? Read(IHeaderDictionary headers, int bodyLength)
        // Lines of the header are joined as clients join them, so that several are no number either.
        => Read(headers.TryGetValue(Name, out var values) && values.Count > 0 ? values.ToString() : null, bodyLength);

    /// <summary>The length of the JSON part.</summary>
    /// <param name="value">Of the header; null without one.</param>
    /// <param name="bodyLength">Bytes of the whole body.</param>
    /// <returns>As above.</returns>
    /// <exception cref="InvalidInputException">Not a number, or beyond the body.</exception>
    public static int? Read(string? value, int bodyLength)
    {
        if (value is null) return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bodyLength
            ? length
            : throw new InvalidInputException($"{Name} should be a whole number from 0 to the body's {bodyLength} bytes, got '{JsonFields.Shorten(value)}'");
    }
}
