namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>An operation on each feature.</summary>
/// <param name="Kind">Operation.</param>
/// <param name="Values">Operand, by feature.</param>
internal sealed record PreprocessingStep(PreprocessingKind Kind, double[] Values)
{
    /// <summary>Applies the operation to a value of a feature, in double precision like scikit-learn.</summary>
    public double Apply(int feature, double value)
    {
        var operand = Values[feature];
        return Kind switch
        {
            PreprocessingKind.Subtract => value - operand,
            PreprocessingKind.Divide => value / operand,
            PreprocessingKind.Multiply => value * operand,
            PreprocessingKind.Add => value + operand,
            PreprocessingKind.AtLeast => double.IsNaN(value) ? value : Math.Max(value, operand),
            PreprocessingKind.AtMost => double.IsNaN(value) ? value : Math.Min(value, operand),
            _ => double.IsNaN(value) ? operand : value,
        };
    }
}
