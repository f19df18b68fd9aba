using System.Numerics;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Path-dependent TreeSHAP: the conditions of an unknown feature are satisfied with the fraction of training rows that satisfied them at the branch.</summary>
/// <remarks>
/// With o = 1 for satisfied and o = 0 for other conditions, and z for their fraction, the value function is the product of o over known features and z over unknown features.
/// A coalition of s among d features has the weight s! (d-1-s)! / d! = ∫ t^s (1-t)^(d-1-s) dt over [0, 1], so the sum over all coalitions is (o - z) ∫ ∏ (o t + z (1-t)) dt over the other features:
/// a polynomial, which a quadrature rule integrates exactly in O(d²) instead of O(2^d). All terms are positive, so there is no cancellation.
/// Source of the value function: Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees"; of the integral: Owen 1972.
/// </remarks>
/// <param name="path">A path with known shares.</param>
internal sealed class PathDependentAttributor(TreePath path) : IPathAttributor
{
    public double Expectation
    {
        get
        {
            var expectation = 1.0;
            foreach (var share in path.Shares) expectation *= share;
            return expectation;
        }
    }

    public void Attribute(ulong satisfied, Span<double> attributions)
    {
        var shares = path.Shares;
        var rule = GaussLegendre.ForDegree(shares.Length - 1);
        Span<double> product = stackalloc double[rule.Points.Length];
        Multiply(rule, satisfied, product);
        for (var place = 0; place < shares.Length; place++)
        {
            var known = Known(satisfied, place);
            var sum = Vector<double>.Zero;
            for (var at = 0; at < product.Length; at += Vector<double>.Count)
                sum += new Vector<double>(product[at..]) / Factor(rule.Points[at..], known, shares[place]);
            attributions[place] = (known - shares[place]) * Vector.Sum(sum);
        }
    }

    public void Interact(ulong satisfied, Span<double> interactions)
    {
        var shares = path.Shares;
        interactions[..(shares.Length * shares.Length)].Clear();
        if (shares.Length < 2) return;
        var rule = GaussLegendre.ForDegree(shares.Length - 2);
        Span<double> product = stackalloc double[rule.Points.Length];
        Multiply(rule, satisfied, product);
        for (var first = 1; first < shares.Length; first++)
        {
            for (var second = 0; second < first; second++)
            {
                var (knownFirst, knownSecond) = (Known(satisfied, first), Known(satisfied, second));
                var sum = Vector<double>.Zero;
                for (var at = 0; at < product.Length; at += Vector<double>.Count)
                    sum += new Vector<double>(product[at..]) / Factor(rule.Points[at..], knownFirst, shares[first]) / Factor(rule.Points[at..], knownSecond, shares[second]);
                var interaction = (knownFirst - shares[first]) * (knownSecond - shares[second]) * Vector.Sum(sum) / 2;
                interactions[first * shares.Length + second] = interaction;
                interactions[second * shares.Length + first] = interaction;
            }
        }
    }

    private void Multiply(GaussLegendre rule, ulong satisfied, Span<double> product)
    {
        for (var at = 0; at < product.Length; at += Vector<double>.Count)
        {
            var factors = new Vector<double>(rule.Weights[at..]);
            for (var place = 0; place < path.Shares.Length; place++) factors *= Factor(rule.Points[at..], Known(satisfied, place), path.Shares[place]);
            factors.CopyTo(product[at..]);
        }
    }

    private static double Known(ulong satisfied, int place) => satisfied >> place & 1;

    private static Vector<double> Factor(ReadOnlySpan<double> points, double known, double share)
        => new Vector<double>(share) + new Vector<double>(points) * (known - share);
}
