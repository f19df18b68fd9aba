using System.Globalization;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Validates the attributes of the CloudEvents specification.</summary>
/// <remarks>CloudEvents 1.0.2, "Context Attributes".</remarks>
internal static class CloudEventAttributes
{
    public const string SpecVersion = "specversion";
    public const string Id = "id";
    public const string Source = "source";
    public const string Type = "type";
    public const string Time = "time";
    public const string DataContentType = "datacontenttype";
    public const string Data = "data";
    public const string DataBase64 = "data_base64";

    /// <summary>The supported version of the specification.</summary>
    public const string Version = "1.0";

    public static string[] Required { get; } = [SpecVersion, Id, Source, Type];

    /// <summary>Returns whether an attribute of the request may be copied to the response, which sets the others itself.</summary>
    public static bool IsMerged(string name) => name is not (SpecVersion or Id or Source or Type or Time or DataContentType or Data or DataBase64);

    /// <summary>Throws if the value of an attribute is invalid.</summary>
    /// <param name="name">Name of the attribute without the prefix of headers.</param>
    /// <param name="value">Value of the attribute.</param>
    /// <param name="label">Name for error messages.</param>
    /// <exception cref="InvalidInputException">The value is invalid: 400.</exception>
    public static void Check(string name, string value, string label)
    {
        if (name == SpecVersion && value != Version) throw Wrong(label, Version, value);
        if (name is Id or Source or Type && string.IsNullOrWhiteSpace(value)) throw new InvalidInputException($"the event's {label} should not be empty");
        if (name == Time && !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _)) throw Wrong(label, "a time of RFC 3339", value);
    }

    private static InvalidInputException Wrong(string label, string expected, string value)
        => new($"the event's {label} should be {expected}, got '{value}'");
}
