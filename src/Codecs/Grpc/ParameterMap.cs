using Google.Protobuf.Collections;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using Message = InferenceServices.Codecs.Grpc.Messages.InferParameter;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Validates the parameters of a request, and writes those of a client's request.</summary>
internal static class ParameterMap
{
    private const string Classification = "classification";

    /// <summary>Validates a map. Changes it.</summary>
    /// <param name="map">Parameters of the message; a parameter without a value is the default.</param>
    /// <param name="field">Name of the field for error messages, such as <c>outputs[0].parameters</c>.</param>
    /// <param name="classification">Value of the parameter <c>classification</c>, Triton's extension; 0 if absent.</param>
    /// <returns>The other parameters; null for none.</returns>
    /// <exception cref="InvalidInputException">A parameter has no value or a reserved name: 400.</exception>
    public static Dictionary<string, InferParameter>? Read(Dictionary<string, InferParameter>? map, string field, out int classification)
    {
        classification = 0;
        if (map is null) return null;
        foreach (var (name, value) in map)
        {
            // As over REST: Triton reserves this prefix.
            if (name.StartsWith("triton_", StringComparison.Ordinal))
                throw new InvalidInputException($"{field}: parameter names that begin with 'triton_' are reserved, got '{name}'");
            if (name == Classification) classification = ReadCount(value, field);
            else if (value == default) throw new InvalidInputException($"{field}.{name} should have a value");
        }
        map.Remove(Classification);
        return map.Count > 0 ? map : null;
    }

    /// <summary>Adds parameters to a message.</summary>
    public static void Write(MapField<string, Message> map, IReadOnlyDictionary<string, InferParameter>? parameters)
    {
        if (parameters is null) return;
        foreach (var (name, value) in parameters) map.Add(name, Write(value));
    }

    private static int ReadCount(InferParameter value, string field)
        => value.Int64Value is >= 0 and <= int.MaxValue and var count
            ? (int)count
            : throw new InvalidInputException($"{field}.classification should be a whole number, 0 or more, in int64_param");

    private static Message Write(InferParameter value)
        => value.StringValue is { } text ? new Message { StringParam = text }
            : value.BoolValue is { } flag ? new Message { BoolParam = flag }
            : value.Int64Value is { } integer ? new Message { Int64Param = integer }
            : new Message { DoubleParam = value.DoubleValue ?? 0 };
}
