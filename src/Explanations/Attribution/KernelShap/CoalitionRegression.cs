namespace InferenceServices.Explanations.Attribution.KernelShap;

/// <summary>
/// Weighted least squares over coalitions. The coefficients sum to the total gain, so the last coefficient is determined by the others. The unknowns are
/// deviations from equal shares, so that features that the sample does not separate get equal shares.
/// </summary>
/// <param name="features">Number of features; 2 or more.</param>
/// <param name="gain">Score of the full coalition minus score of the empty coalition.</param>
internal sealed class CoalitionRegression(int features, double gain)
{
    /// <summary>Maximum number of features: the work grows with the cube of this number.</summary>
    public const int MaxFeatures = 512;

    // Relative to the largest diagonal element; makes the deviations of features that the sample does not separate zero.
    private const double Ridge = 1e-10;

    private readonly int _unknowns = features - 1;
    private readonly double _share = gain / features;
    private readonly double[] _normal = new double[(features - 1) * (features - 1)];
    private readonly double[] _right = new double[features - 1];
    private readonly List<(bool[] First, double FirstGain, bool[] Second, double SecondGain, double Weight)> _pairs = [];

    public int Pairs => _pairs.Count;

    public void Add(bool[] first, double firstGain, bool[] second, double secondGain, double weight)
    {
        _pairs.Add((first, firstGain, second, secondGain, weight));
        var row = new double[_unknowns];
        Add(first, firstGain, weight, row);
        Add(second, secondGain, weight, row);
    }

    /// <summary>Solves the regression.</summary>
    /// <param name="withErrors">Whether to compute standard errors.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Coefficients and standard errors, by feature; the errors are null when not requested or when there are too few pairs.</returns>
    public (double[] Values, double[]? Errors) Solve(bool withErrors, CancellationToken cancellationToken)
    {
        var factor = Factor();
        var solved = (double[])_right.Clone();
        Substitute(factor, solved);
        double[] values = [.. solved.Select(deviation => _share + deviation), _share - solved.Sum()];
        return (values, withErrors && _pairs.Count > features ? Errors(factor, solved, cancellationToken) : null);
    }

    private void Add(bool[] coalition, double coalitionGain, double weight, double[] row)
    {
        var right = Read(coalition, coalitionGain, row);
        for (var i = 0; i < _unknowns; i++)
        {
            if (row[i] == 0) continue;
            var weighted = weight * row[i];
            _right[i] += weighted * right;
            var to = _normal.AsSpan(i * _unknowns, _unknowns);
            for (var j = 0; j <= i; j++) to[j] += weighted * row[j];
        }
    }

    // Substitutes the last coefficient: y - z_d gain = sum of (z_i - z_d) phi_i, with phi_i = share + deviation_i.
    private double Read(bool[] coalition, double coalitionGain, double[] row)
    {
        var last = coalition[_unknowns] ? 1 : 0;
        for (var i = 0; i < _unknowns; i++) row[i] = (coalition[i] ? 1 : 0) - last;
        return coalitionGain - last * gain - _share * row.Sum();
    }

    // Cholesky: the lower triangle.
    private double[] Factor()
    {
        var factor = (double[])_normal.Clone();
        var largest = 0.0;
        for (var i = 0; i < _unknowns; i++) largest = Math.Max(largest, factor[i * _unknowns + i]);
        for (var i = 0; i < _unknowns; i++)
        {
            var row = factor.AsSpan(i * _unknowns, i + 1);
            row[i] += Ridge * largest;
            for (var j = 0; j <= i; j++)
            {
                var other = factor.AsSpan(j * _unknowns, j + 1);
                var rest = row[j] - System.Numerics.Tensors.TensorPrimitives.Dot<double>(row[..j], other[..j]);
                row[j] = j < i ? rest / other[j] : Math.Sqrt(Math.Max(rest, Ridge * largest));
            }
        }
        return factor;
    }

    private void Substitute(double[] factor, Span<double> right)
    {
        for (var i = 0; i < _unknowns; i++)
            right[i] = (right[i] - System.Numerics.Tensors.TensorPrimitives.Dot(factor.AsSpan(i * _unknowns, i), right[..i])) / factor[i * _unknowns + i];
        for (var i = _unknowns - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < _unknowns; j++) right[i] -= factor[j * _unknowns + i] * right[j];
            right[i] /= factor[i * _unknowns + i];
        }
    }

    private double[] Errors(double[] factor, double[] deviations, CancellationToken cancellationToken)
    {
        var variances = new double[features];
        var (row, score) = (new double[_unknowns], new double[_unknowns]);
        foreach (var (first, firstGain, second, secondGain, weight) in _pairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Array.Clear(score);
            AddScore(first, firstGain, weight, deviations, row, score);
            AddScore(second, secondGain, weight, deviations, row, score);
            Substitute(factor, score);
            for (var i = 0; i < _unknowns; i++) variances[i] += score[i] * score[i];
            var last = score.Sum();
            variances[_unknowns] += last * last;
        }
        var correction = (double)_pairs.Count / (_pairs.Count - _unknowns);
        return Array.ConvertAll(variances, variance => Math.Sqrt(variance * correction));
    }

    private void AddScore(bool[] coalition, double coalitionGain, double weight, double[] deviations, double[] row, double[] score)
    {
        var residual = Read(coalition, coalitionGain, row) - System.Numerics.Tensors.TensorPrimitives.Dot<double>(row, deviations);
        for (var i = 0; i < _unknowns; i++) score[i] += weight * residual * row[i];
    }
}
