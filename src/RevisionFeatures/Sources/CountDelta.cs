namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>How the counts of things changed from the parent to the revision: sums of differences, and of differences in proportion.</summary>
/// <param name="Sum">Of all differences.</param>
/// <param name="Increase">Of those above 0.</param>
/// <param name="Decrease">Of those below 0; itself 0 or below.</param>
/// <param name="PropSum">Of all differences, each divided by the old count: plus one where it grew.</param>
/// <param name="PropIncrease">Of those above 0.</param>
/// <param name="PropDecrease">Of those below 0.</param>
internal readonly record struct CountDelta(
    double Sum, double Increase, double Decrease, double PropSum, double PropIncrease, double PropDecrease)
{
    /// <summary>With one more thing counted. The order of calls is the order of the sum, so what the revision has comes first.</summary>
    public CountDelta With(int old, int now)
    {
        double difference = now - old;
        return difference switch
        {
            > 0 => this with
            {
                Sum = Sum + difference,
                Increase = Increase + difference,
                PropSum = PropSum + difference / (old + 1),
                PropIncrease = PropIncrease + difference / (old + 1),
            },
            < 0 => this with
            {
                Sum = Sum + difference,
                Decrease = Decrease + difference,
                PropSum = PropSum + difference / old,
                PropDecrease = PropDecrease + difference / old,
            },
            _ => this,
        };
    }
}
