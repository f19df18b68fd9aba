namespace InferenceServices.Contracts.V2;

/// <summary>Value of a parameter: exactly one of string, boolean, 64-bit integer or double.</summary>
/// <remarks>Open Inference Protocol, <c>$parameters_parameter = $string : $string | $number | $boolean</c>.</remarks>
public readonly record struct InferParameter
{
    /// <summary>The value if it is a string; otherwise null.</summary>
    public string? StringValue { get; private init; }

    /// <summary>The value if it is a boolean; otherwise null.</summary>
    public bool? BoolValue { get; private init; }

    /// <summary>The value if it is an integer of 64 bits; otherwise null.</summary>
    public long? Int64Value { get; private init; }

    /// <summary>The value if it is any other number; otherwise null.</summary>
    public double? DoubleValue { get; private init; }

    /// <summary>Creates a string parameter.</summary>
    public static InferParameter Of(string value) => new() { StringValue = value };

    /// <summary>Creates a boolean parameter.</summary>
    public static InferParameter Of(bool value) => new() { BoolValue = value };

    /// <summary>Creates an integer parameter.</summary>
    public static InferParameter Of(long value) => new() { Int64Value = value };

    /// <summary>Creates a double parameter.</summary>
    public static InferParameter Of(double value) => new() { DoubleValue = value };
}
