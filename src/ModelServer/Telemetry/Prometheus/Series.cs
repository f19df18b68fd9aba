namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>The values of one metric under one set of labels. Safe to call concurrently.</summary>
/// <param name="limits">Of a histogram's buckets, smallest first; empty for anything else.</param>
internal sealed class Series(double[] limits)
{
    private readonly Lock _gate = new();

    // The last is for what is above every limit.
    private readonly long[] _buckets = new long[limits.Length + 1];
    private double _sum;

    public void Add(double value)
    {
        lock (_gate) _sum += value;
    }

    public void Set(double value)
    {
        lock (_gate) _sum = value;
    }

    public void Observe(double value)
    {
        // A limit belongs to the bucket below it.
        var bucket = 0;
        while (bucket < limits.Length && value > limits[bucket]) bucket++;
        lock (_gate)
        {
            _sum += value;
            _buckets[bucket]++;
        }
    }

    /// <summary>All of it at one moment.</summary>
    /// <param name="buckets">Empty, or of a histogram as many as it has limits, and one; each gets its own count, without those below it.</param>
    /// <returns>The sum, or the value of what is no histogram.</returns>
    public double Read(Span<long> buckets)
    {
        lock (_gate)
        {
            _buckets.AsSpan(0, buckets.Length).CopyTo(buckets);
            return _sum;
        }
    }
}
