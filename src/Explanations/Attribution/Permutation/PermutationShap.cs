using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations.Attribution.Permutation;

/// <summary>Estimates Shapley values from random permutations and their reverses: the mean of the change of the score when each feature is added.</summary>
/// <remarks>Source: Mitchell et al. 2022, "Sampling permutations for Shapley value estimation", antithetic sampling. Needs less memory than a regression for many features.</remarks>
public static class PermutationShap
{
    /// <summary>Estimates the attributions.</summary>
    /// <param name="function">A function of at least one feature.</param>
    /// <param name="budget">Limits. A permutation and its reverse take about two coalitions per feature; at least one pair is evaluated before the deadline, or else the features that were not added share the rest of the score equally.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="RequestTimeoutException">The deadline passed before the first coalitions: 504.</exception>
    public static async ValueTask<AttributionResult> EstimateAsync(IValueFunction function, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var features = function.FeatureCount;
        var all = new bool[features];
        Array.Fill(all, true);
        var ends = await budget.EvaluateAsync(function, [new bool[features], all], cancellationToken);
        if (features == 1) return new AttributionResult(ends[0], [ends[1] - ends[0]], null, 2, IsExact: true, IsComplete: true);

        var walks = new Walks(features, ends, new Random(budget.Seed));
        var requested = Math.Max(1, (budget.Samples - 2) / (2 * (features - 1)));
        var pace = budget.PaceOf(function);
        using var coalitions = walks.Coalitions(requested).GetEnumerator();
        var evaluated = 0;
        while (pace.Take(coalitions) is { Count: > 0 } call)
        {
            if (await budget.TryEvaluateAsync(function, call, pace, cancellationToken) is not { } scores) break;
            evaluated += scores.Length;
            walks.Add(scores);
        }
        if (evaluated == 0) throw new RequestTimeoutException(budget.Limit);
        var (values, errors) = walks.Estimate();
        return new AttributionResult(ends[0], values, errors, 2 + evaluated, IsExact: false, IsComplete: walks.Pairs == requested);
    }

    /// <summary>Permutations, each followed by its reverse, and the sums of their changes of the score.</summary>
    private sealed class Walks(int features, double[] ends, Random random)
    {
        private readonly Queue<int[]> _orders = new();
        private readonly double[] _steps = new double[features - 1];
        private readonly double[] _added = new double[features];
        private readonly double[] _sums = new double[features];
        private readonly double[] _squares = new double[features];
        private int _filled;
        private bool _isReverse;

        /// <summary>Number of complete pairs.</summary>
        public int Pairs { get; private set; }

        /// <summary>Returns the coalitions that grow by one feature, without the empty and the full coalition; created when they are taken.</summary>
        public IEnumerable<bool[]> Coalitions(int pairs)
        {
            for (var pair = 0; pair < pairs; pair++)
            {
                var order = Enumerable.Range(0, features).ToArray();
                random.Shuffle(order);
                foreach (var walk in new[] { order, [.. order.Reverse()] })
                {
                    _orders.Enqueue(walk);
                    var coalition = new bool[features];
                    foreach (var feature in walk.SkipLast(1))
                    {
                        coalition[feature] = true;
                        yield return (bool[])coalition.Clone();
                    }
                }
            }
        }

        /// <summary>Adds the scores of the next coalitions.</summary>
        public void Add(double[] scores)
        {
            foreach (var score in scores)
            {
                _steps[_filled++] = score;
                if (_filled == _steps.Length) EndWalk();
            }
        }

        /// <summary>Returns attributions and standard errors; the errors are null with fewer than two pairs.</summary>
        public (double[] Values, double[]? Errors) Estimate()
        {
            if (Pairs == 0) return (EstimateFromPart(), null);
            var values = Array.ConvertAll(_sums, sum => sum / Pairs);
            return (values, Pairs < 2 ? null : [.. _squares.Select((square, feature) => Math.Sqrt(Math.Max(0, square / Pairs - values[feature] * values[feature]) / (Pairs - 1)))]);
        }

        private void EndWalk()
        {
            AddChanges(_orders.Dequeue());
            _filled = 0;
            _isReverse = !_isReverse;
            if (_isReverse) return;
            Pairs++;
            for (var feature = 0; feature < features; feature++)
            {
                var mean = _added[feature] / 2;
                _sums[feature] += mean;
                _squares[feature] += mean * mean;
            }
            Array.Clear(_added);
        }

        private void AddChanges(int[] order)
        {
            var before = ends[0];
            for (var place = 0; place < order.Length; place++)
            {
                var after = place < _steps.Length ? _steps[place] : ends[1];
                _added[order[place]] += after - before;
                before = after;
            }
        }

        // The first permutation if it is complete; otherwise its part, and equal shares of the rest.
        private double[] EstimateFromPart()
        {
            if (_isReverse) return (double[])_added.Clone();
            var order = _orders.Peek();
            var reached = _filled == 0 ? ends[0] : _steps[_filled - 1];
            var values = new double[features];
            for (var place = 0; place < features; place++)
                values[order[place]] = place < _filled ? _steps[place] - (place == 0 ? ends[0] : _steps[place - 1]) : (ends[1] - reached) / (features - _filled);
            return values;
        }
    }
}
