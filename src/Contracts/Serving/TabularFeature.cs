namespace InferenceServices.Contracts.Serving;

/// <summary>A numeric feature of a model.</summary>
/// <param name="Name">Name that the service uses.</param>
/// <param name="Unit">Unit of the value, such as <c>seconds</c>; empty for a dimensionless number.</param>
/// <param name="IsWhole">Whether the values are integers, such as counts and flags.</param>
public readonly record struct TabularFeature(string Name, string Unit, bool IsWhole)
{
    /// <summary>Gets the unit of a flag: 1 or 0.</summary>
    public const string YesOrNo = "yes or no";
}
