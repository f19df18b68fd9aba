namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Change of counts from parent to revision: sums of absolute and proportional differences.</summary>
/// <param name="Sum">Sum of all differences.</param>
/// <param name="Increase">Sum of positive differences.</param>
/// <param name="Decrease">Sum of negative differences; 0 or less.</param>
/// <param name="PropSum">Sum of all differences, each divided by the old count; plus one for positive differences.</param>
/// <param name="PropIncrease">Sum of positive proportional differences.</param>
/// <param name="PropDecrease">Sum of negative proportional differences.</param>
internal readonly record struct CountDelta(
    double Sum, double Increase, double Decrease, double PropSum, double PropIncrease, double PropDecrease)
{
    /// <summary>Adds the counts of one key. The order of calls is the order of summation: keys of the revision first.</summary>
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
