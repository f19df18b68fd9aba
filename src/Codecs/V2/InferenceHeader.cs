using System.Globalization;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.V2;

/// <summary>The header with the length of the JSON part of a body; binary tensors follow it.</summary>
/// <remarks>Binary tensor data extension. The length counts decoded bytes, after gzip or deflate.</remarks>
internal static class InferenceHeader
{
    public const string Name = "Inference-Header-Content-Length";

    /// <summary>Returns the length of the JSON part in bytes.</summary>
    /// <param name="value">Value of the header; null if it is absent.</param>
    /// <param name="bodyLength">Length of the whole body in bytes.</param>
    /// <returns>Null without the header: the whole body is JSON. 0: the whole body is one tensor.</returns>
    /// <exception cref="InvalidInputException">The value is not a number or exceeds the body: 400.</exception>
    public static int? Read(string? value, int bodyLength)
    {
        if (value is null) return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bodyLength
            ? length
            : throw new InvalidInputException($"{Name} should be a whole number from 0 to the body's {bodyLength} bytes, got '{value}'");
    }
}
