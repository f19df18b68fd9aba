using System.Numerics;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>The Gauss-Legendre quadrature rule on [0, 1]: n points integrate polynomials up to degree 2n - 1 exactly.</summary>
/// <remarks>Padded with points of weight 0 to a multiple of the vector length.</remarks>
internal sealed class GaussLegendre
{
    public const int MaxPoints = TreePath.MaxFeatures / 2;

    private static readonly GaussLegendre[] Rules = [.. Enumerable.Range(1, MaxPoints).Select(points => new GaussLegendre(points))];

    private readonly double[] _points;
    private readonly double[] _weights;

    private GaussLegendre(int count)
    {
        var padded = (count + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        _points = new double[padded];
        _weights = new double[padded];
        Array.Fill(_points, 0.5);
        for (var index = 0; index < count; index++)
        {
            // On [-1, 1]: Newton's method with the usual initial estimate.
            var x = Math.Cos(Math.PI * (index + 0.75) / (count + 0.5));
            var (value, slope) = Legendre(count, x);
            for (var step = 0; step < 100 && Math.Abs(value) > 1e-16; step++)
            {
                x -= value / slope;
                (value, slope) = Legendre(count, x);
            }
            _points[index] = (1 + x) / 2;
            _weights[index] = 1 / ((1 - x * x) * slope * slope);
        }
    }

    public ReadOnlySpan<double> Points => _points;

    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Returns a rule that is exact for a product of linear factors.</summary>
    /// <param name="factors">Number of factors: the degree of the polynomial.</param>
    public static GaussLegendre ForDegree(int factors) => Rules[factors / 2];

    // The Legendre polynomial of this degree and its derivative.
    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (before, value) = (1.0, x);
        for (var n = 2; n <= degree; n++) (before, value) = (value, ((2 * n - 1) * x * value - (n - 1) * before) / n);
        return (value, degree * (x * value - before) / (x * x - 1));
    }
}
