namespace InferenceServices.Configuration;

/// <summary>The kind of value that a switch takes.</summary>
public enum SwitchKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>True or false; the bare switch means true.</summary>
    Boolean,

    /// <summary>A whole number of 32 bits.</summary>
    Int32,

    /// <summary>A whole number of 64 bits.</summary>
    Int64,

    /// <summary>A number, with a decimal point and an exponent where needed.</summary>
    Double,

    /// <summary>One of <see cref="Switch.Choices"/>, in any case.</summary>
    Choice,
}
