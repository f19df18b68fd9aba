using InferenceServices.Contracts.Errors;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.KernelShap;
using InferenceServices.Explanations.Attribution.Occlusion;
using InferenceServices.Explanations.Attribution.Permutation;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests.Attribution;

/// <summary>Exact results are exact; estimates are within their standard errors.</summary>
public sealed class EstimateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    public async Task All_coalitions_give_exact_Shapley_values(int features)
    {
        var function = LambdaValueFunction.Random(features, seed: features);

        var result = await KernelShap.EstimateAsync(function, Budget(4096), CancellationToken.None);

        Assert.True(result is { IsExact: true, IsComplete: true, StandardErrors: null });
        AssertNear(function.ShapleyValues(), result.Values, 1e-9);
        Assert.Equal(1 << features, result.Evaluations);
        Assert.Equal(result.Evaluations, function.Evaluated);
    }

    // 95 % of normal errors are within two standard errors. The seeds are fixed, so the test is deterministic.
    [Theory]
    [InlineData(nameof(KernelShap), 200)]
    [InlineData(nameof(KernelShap), 1000)]
    [InlineData(nameof(PermutationShap), 400)]
    [InlineData(nameof(PermutationShap), 2000)]
    public async Task Exact_values_are_within_two_standard_errors_in_95_percent_of_cases(string method, int samples)
    {
        const int Features = 13;
        var function = LambdaValueFunction.Random(Features, seed: 5);
        var truth = function.ShapleyValues();
        var (within, all) = (0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var result = await EstimateAsync(method, function, Budget(samples, seed));
            Assert.False(result.IsExact);
            Assert.Equal(truth.Sum(), result.Values.Sum(), 9);
            for (var feature = 0; feature < Features; feature++, all++)
                if (Math.Abs(result.Values[feature] - truth[feature]) <= 2 * result.StandardErrors![feature]) within++;
        }
        Assert.InRange((double)within / all, 0.90, 0.99);
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    public async Task More_samples_reduce_the_error(string method)
    {
        var function = LambdaValueFunction.Random(13, seed: 6);
        var truth = function.ShapleyValues();

        Assert.True(await ErrorAsync(200) > 2 * await ErrorAsync(4000));

        async Task<double> ErrorAsync(int samples)
        {
            var error = 0.0;
            for (var seed = 0; seed < 10; seed++) error += (await EstimateAsync(method, function, Budget(samples, seed))).Values.Select((value, feature) => Math.Abs(value - truth[feature])).Sum();
            return error;
        }
    }

    [Fact]
    public async Task Estimates_for_a_tree_ensemble_agree_with_exact_values()
    {
        var trees = TreeShapModel.TryLoad(Checkout.PathOf("tests/Explanations.Tests/fixtures/enwiki-reverted.onnx"))!;
        float[] row = [3, 20, 5, 0.5f, 0, 4, 1, 0, 0];
        float[] known = [1, 2, 0, 0, 0, 0, 0, 0, 40_000_000];
        var exact = new double[trees.FeatureCount];
        trees.WithBackground(known).Attribute(row, exact);
        var function = new LambdaValueFunction(row.Length, coalition =>
        {
            var margins = new double[1];
            trees.Margins([.. row.Select((value, feature) => coalition[feature] ? value : known[feature])], margins);
            return margins[0];
        });

        AssertNear(exact, (await KernelShap.EstimateAsync(function, Budget(4096), CancellationToken.None)).Values, 1e-9);
        var (within, all) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var estimate = await KernelShap.EstimateAsync(function, Budget(300, seed), CancellationToken.None);
            for (var feature = 0; feature < row.Length; feature++, all++)
                if (Math.Abs(estimate.Values[feature] - exact[feature]) <= 2 * estimate.StandardErrors![feature] + 1e-9) within++;
        }
        Assert.InRange((double)within / all, 0.88, 1);
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    public async Task The_seed_determines_the_result(string method)
    {
        var function = LambdaValueFunction.Random(20, seed: 1);

        var first = await EstimateAsync(method, function, Budget(300, seed: 4));

        Assert.Equal(first.Values, (await EstimateAsync(method, function, Budget(300, seed: 4))).Values);
        Assert.NotEqual(first.Values, (await EstimateAsync(method, function, Budget(300, seed: 5))).Values);
    }

    [Theory]
    [InlineData(nameof(KernelShap), 20)]
    [InlineData(nameof(KernelShap), 11)]
    [InlineData(nameof(PermutationShap), 20)]
    public async Task After_the_deadline_the_result_is_the_best_estimate_so_far(string method, int features)
    {
        using var timeUp = new CancellationTokenSource();
        var function = new LambdaValueFunction(features, coalition => coalition.Count(feature => feature))
        {
            BeforeCall = evaluated =>
            {
                if (evaluated > 500) timeUp.Cancel();
            },
        };

        var result = await EstimateAsync(method, function, new SamplingBudget(4096, 0, TimeSpan.FromSeconds(1), timeUp.Token));

        Assert.True(result is { IsComplete: false, IsExact: false });
        Assert.Equal(function.Evaluated, result.Evaluations);
        // The function is a sum: any sample gives the exact values.
        AssertNear([.. Enumerable.Repeat(1.0, features)], result.Values, 1e-6);
    }

    [Theory]
    [InlineData(nameof(KernelShap), 2)]
    [InlineData(nameof(PermutationShap), 2)]
    [InlineData(nameof(PermutationShap), 10)]
    [InlineData(nameof(PermutationShap), 42)]
    [InlineData(nameof(LeaveOneOut), 2)]
    [InlineData(nameof(LeaveOneOut), 10)]
    public async Task A_slow_model_gets_an_estimate_from_its_first_calls(string method, int evaluations)
    {
        using var timeUp = new CancellationTokenSource();
        var function = new LambdaValueFunction(20, coalition => coalition.Count(feature => feature))
        {
            // Two evaluations are those of no and all features.
            BeforeCall = evaluated =>
            {
                if (evaluated >= 2 + evaluations) timeUp.Cancel();
            },
        };

        var result = await EstimateAsync(method, function, new SamplingBudget(4096, 0, TimeSpan.FromHours(1), timeUp.Token));

        Assert.True(result is { IsComplete: false, IsExact: false });
        Assert.Equal(function.Evaluated, result.Evaluations);
        if (method == nameof(LeaveOneOut)) Assert.Equal(Enumerable.Range(0, 20).Select(feature => feature < evaluations ? 1.0 : 0.0), result.Values);
        else AssertNear([.. Enumerable.Repeat(1.0, 20)], result.Values, 1e-6);
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    [InlineData(nameof(LeaveOneOut))]
    public async Task A_row_without_time_of_its_own_gets_its_first_estimate_in_the_time_of_the_request(string method)
    {
        using var timeUp = new CancellationTokenSource();
        await timeUp.CancelAsync();
        var budget = new SamplingBudget(4096, 0, TimeSpan.Zero, timeUp.Token) { Whole = Budget(0) };

        var result = await EstimateAsync(method, LambdaValueFunction.Random(20, 1), budget);

        Assert.Equal((false, 4), (result.IsComplete, result.Evaluations));
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    [InlineData(nameof(LeaveOneOut))]
    public async Task An_expired_deadline_is_a_timeout(string method)
    {
        using var timeUp = new CancellationTokenSource();
        await timeUp.CancelAsync();

        await Assert.ThrowsAsync<RequestTimeoutException>(
            async () => await EstimateAsync(method, LambdaValueFunction.Random(5, 1), new SamplingBudget(100, 0, TimeSpan.FromSeconds(1), timeUp.Token)));
    }

    [Fact]
    public async Task Cancellation_stops_the_evaluation()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await KernelShap.EstimateAsync(LambdaValueFunction.Random(5, 1), Budget(100), cancellation.Token));
    }

    [Fact]
    public async Task Leave_one_out_is_the_decrease_of_the_score()
    {
        // Either of the first two features suffices; the third has no effect.
        var function = new LambdaValueFunction(4, coalition => (coalition[0] || coalition[1] ? 1 : 0) + (coalition[3] ? 2 : 0));

        var result = await LeaveOneOut.ComputeAsync(function, Budget(1), CancellationToken.None);

        Assert.Equal([0, 0, 0, 2], result.Values);
        Assert.Equal(0, result.BaseValue);
        Assert.Equal(6, result.Evaluations);
    }

    [Fact]
    public async Task With_more_features_than_samples_the_attributions_still_add_up()
    {
        var function = LambdaValueFunction.Random(100, seed: 2);

        var result = await KernelShap.EstimateAsync(function, Budget(1), CancellationToken.None);

        Assert.All(result.Values, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(202, result.Evaluations);
    }

    private static SamplingBudget Budget(int samples, int seed = 0) => new(samples, seed, TimeSpan.FromSeconds(1), CancellationToken.None);

    private static async Task<AttributionResult> EstimateAsync(string method, IValueFunction function, SamplingBudget budget) => method switch
    {
        nameof(KernelShap) => await KernelShap.EstimateAsync(function, budget, CancellationToken.None),
        nameof(PermutationShap) => await PermutationShap.EstimateAsync(function, budget, CancellationToken.None),
        _ => await LeaveOneOut.ComputeAsync(function, budget, CancellationToken.None),
    };

    private static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], tolerance);
    }
}
