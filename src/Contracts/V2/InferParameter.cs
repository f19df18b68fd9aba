namespace InferenceServices.Contracts.V2;

/// <summary>A parameter's value: exactly one of text, truth value, whole number or fraction.</summary>
/// <remarks>Open Inference Protocol, <c>$parameters_parameter = $string : $string | $number | $boolean</c>.</remarks>
public readonly record struct InferParameter
{
    /// <summary>The value when it is text.</summary>
    public string? Text { get; private init; }

    /// <summary>The value when it is <c>true</c> or <c>false</c>.</summary>
    public bool? Truth { get; private init; }

    /// <summary>The value when it is a whole number of 64 bits.</summary>
    public long? Whole { get; private init; }

    /// <summary>The value when it is any other number.</summary>
    public double? Fraction { get; private init; }

    /// <summary>A text parameter.</summary>
    public static InferParameter Of(string value) => new() { Text = value };

    /// <summary>A truth parameter.</summary>
    public static InferParameter Of(bool value) => new() { Truth = value };

    /// <summary>A whole-number parameter.</summary>
    public static InferParameter Of(long value) => new() { Whole = value };

    /// <summary>A number parameter.</summary>
    public static InferParameter Of(double value) => new() { Fraction = value };
}
