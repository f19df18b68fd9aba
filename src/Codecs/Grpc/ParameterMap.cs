using Google.Protobuf.Collections;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using Message = InferenceServices.Codecs.Grpc.Messages.InferParameter;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Converts parameters between messages and contracts.</summary>
internal static class ParameterMap
{
    /// <summary>Reads a map.</summary>
    /// <param name="map">Parameters of the message.</param>
    /// <param name="field">Name of the field for error messages, such as <c>outputs[0].parameters</c>.</param>
    /// <param name="classification">Value of the parameter <c>classification</c>, Triton's extension; 0 if absent.</param>
    /// <returns>The parameters; null for none.</returns>
    /// <exception cref="InvalidInputException">A parameter has no value or a reserved name: 400.</exception>
    public static Dictionary<string, InferParameter>? Read(MapField<string, Message> map, string field, out int classification)
    {
        classification = 0;
        if (map.Count == 0) return null;
        var parameters = new Dictionary<string, InferParameter>(map.Count, StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            // As over REST: Triton reserves this prefix.
            if (name.StartsWith("triton_", StringComparison.Ordinal))
                throw new InvalidInputException($"{field}: parameter names that begin with 'triton_' are reserved, got '{name}'");
            if (name == "classification") classification = ReadCount(value, field);
            else parameters.Add(name, Read(value, field, name));
        }
        return parameters.Count > 0 ? parameters : null;
    }

    /// <summary>Adds parameters to a message.</summary>
    public static void Write(MapField<string, Message> map, IReadOnlyDictionary<string, InferParameter>? parameters)
    {
        if (parameters is null) return;
        foreach (var (name, value) in parameters) map.Add(name, Write(value));
    }

    private static InferParameter Read(Message value, string field, string name) => value.ParameterChoiceCase switch
    {
        Message.ParameterChoiceOneofCase.BoolParam => InferParameter.Of(value.BoolParam),
        Message.ParameterChoiceOneofCase.Int64Param => InferParameter.Of(value.Int64Param),
        Message.ParameterChoiceOneofCase.StringParam => InferParameter.Of(value.StringParam),
        Message.ParameterChoiceOneofCase.DoubleParam => InferParameter.Of(value.DoubleParam),
        Message.ParameterChoiceOneofCase.Uint64Param when value.Uint64Param <= long.MaxValue => InferParameter.Of((long)value.Uint64Param),
        Message.ParameterChoiceOneofCase.Uint64Param => InferParameter.Of((double)value.Uint64Param),
        _ => throw new InvalidInputException($"{field}.{name} should have a value"),
    };

    private static int ReadCount(Message value, string field)
        => value is { ParameterChoiceCase: Message.ParameterChoiceOneofCase.Int64Param, Int64Param: >= 0 and <= int.MaxValue }
            ? (int)value.Int64Param
            : throw new InvalidInputException($"{field}.classification should be a whole number, 0 or more, in int64_param");

    private static Message Write(InferParameter value)
        => value.StringValue is { } text ? new Message { StringParam = text }
            : value.BoolValue is { } flag ? new Message { BoolParam = flag }
            : value.Int64Value is { } integer ? new Message { Int64Param = integer }
            : new Message { DoubleParam = value.DoubleValue ?? 0 };
}
