namespace InferenceServices.Contracts.Serving;

/// <summary>A number a model is given.</summary>
/// <param name="Name">As the service calls it.</param>
/// <param name="Unit">What it counts or measures, as <c>seconds</c>; empty for a bare number.</param>
/// <param name="IsWhole">Whether the values are integers, such as counts and flags.</param>
public readonly record struct TabularFeature(string Name, string Unit, bool IsWhole)
{
    /// <summary>The unit of a flag: 1 or 0.</summary>
    public const string YesOrNo = "yes or no";
}
