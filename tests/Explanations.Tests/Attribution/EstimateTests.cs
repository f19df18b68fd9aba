using InferenceServices.Contracts.Errors;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.KernelShap;
using InferenceServices.Explanations.Attribution.Occlusion;
using InferenceServices.Explanations.Attribution.Permutation;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests.Attribution;

/// <summary>What is exact is so; what is estimated is as near as it says.</summary>
public sealed class EstimateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    public async Task All_coalitions_give_the_definition_s_values(int players)
    {
        var game = FunctionGame.Random(players, seed: players);

        var result = await KernelShap.EstimateAsync(game, Budget(4096), CancellationToken.None);

        Assert.True(result is { IsExact: true, IsComplete: true, StandardErrors: null });
        AssertNear(game.ShapleyValues(), result.Values, 1e-9);
        Assert.Equal(1 << players, result.Evaluations);
        Assert.Equal(result.Evaluations, game.Played);
    }

    // Of normal errors, 95 % are within two standard errors. The seeds are fixed: this either holds or does not.
    [Theory]
    [InlineData(nameof(KernelShap), 200)]
    [InlineData(nameof(KernelShap), 1000)]
    [InlineData(nameof(PermutationShap), 400)]
    [InlineData(nameof(PermutationShap), 2000)]
    public async Task The_truth_is_within_two_standard_errors_nineteen_times_in_twenty(string method, int samples)
    {
        const int Players = 13;
        var game = FunctionGame.Random(Players, seed: 5);
        var truth = game.ShapleyValues();
        var (within, all) = (0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var result = await EstimateAsync(method, game, Budget(samples, seed));
            Assert.False(result.IsExact);
            Assert.Equal(truth.Sum(), result.Values.Sum(), 9);
            for (var player = 0; player < Players; player++, all++)
                if (Math.Abs(result.Values[player] - truth[player]) <= 2 * result.StandardErrors![player]) within++;
        }
        Assert.InRange((double)within / all, 0.90, 0.99);
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    public async Task More_samples_are_nearer_to_the_truth(string method)
    {
        var game = FunctionGame.Random(13, seed: 6);
        var truth = game.ShapleyValues();

        Assert.True(await ErrorAsync(200) > 2 * await ErrorAsync(4000));

        async Task<double> ErrorAsync(int samples)
        {
            var error = 0.0;
            for (var seed = 0; seed < 10; seed++) error += (await EstimateAsync(method, game, Budget(samples, seed))).Values.Select((value, player) => Math.Abs(value - truth[player])).Sum();
            return error;
        }
    }

    [Fact]
    public async Task Of_a_model_of_trees_the_estimate_comes_to_the_exact_values()
    {
        var trees = TreeShapModel.TryLoad(Checkout.PathOf("tests/Explanations.Tests/fixtures/enwiki-reverted.onnx"))!;
        float[] row = [3, 20, 5, 0.5f, 0, 4, 1, 0, 0];
        float[] known = [1, 2, 0, 0, 0, 0, 0, 0, 40_000_000];
        var exact = new double[trees.FeatureCount];
        trees.WithBackground(known).Attribute(row, exact);
        var game = new FunctionGame(row.Length, coalition =>
        {
            var margins = new double[1];
            trees.Margins([.. row.Select((value, feature) => coalition[feature] ? value : known[feature])], margins);
            return margins[0];
        });

        AssertNear(exact, (await KernelShap.EstimateAsync(game, Budget(4096), CancellationToken.None)).Values, 1e-9);
        var (within, all) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var estimate = await KernelShap.EstimateAsync(game, Budget(300, seed), CancellationToken.None);
            for (var feature = 0; feature < row.Length; feature++, all++)
                if (Math.Abs(estimate.Values[feature] - exact[feature]) <= 2 * estimate.StandardErrors![feature] + 1e-9) within++;
        }
        Assert.InRange((double)within / all, 0.88, 1);
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    public async Task The_same_seed_gives_the_same_answer_and_another_another(string method)
    {
        var game = FunctionGame.Random(20, seed: 1);

        var first = await EstimateAsync(method, game, Budget(300, seed: 4));

        Assert.Equal(first.Values, (await EstimateAsync(method, game, Budget(300, seed: 4))).Values);
        Assert.NotEqual(first.Values, (await EstimateAsync(method, game, Budget(300, seed: 5))).Values);
    }

    [Theory]
    [InlineData(nameof(KernelShap), 20)]
    [InlineData(nameof(KernelShap), 11)]
    [InlineData(nameof(PermutationShap), 20)]
    public async Task When_the_time_is_up_the_answer_is_what_is_known_by_then(string method, int players)
    {
        using var timeUp = new CancellationTokenSource();
        var game = new FunctionGame(players, coalition => coalition.Count(player => player))
        {
            BeforeCall = played =>
            {
                if (played > 500) timeUp.Cancel();
            },
        };

        var result = await EstimateAsync(method, game, new SamplingBudget(4096, 0, TimeSpan.FromSeconds(1), timeUp.Token));

        Assert.True(result is { IsComplete: false, IsExact: false });
        Assert.Equal(game.Played, result.Evaluations);
        // The game is a sum: any sample tells.
        AssertNear([.. Enumerable.Repeat(1.0, players)], result.Values, 1e-6);
    }

    [Theory]
    [InlineData(nameof(KernelShap))]
    [InlineData(nameof(PermutationShap))]
    [InlineData(nameof(LeaveOneOut))]
    public async Task No_time_at_all_is_a_timeout(string method)
    {
        using var timeUp = new CancellationTokenSource();
        await timeUp.CancelAsync();

        await Assert.ThrowsAsync<RequestTimeoutException>(
            async () => await EstimateAsync(method, FunctionGame.Random(5, 1), new SamplingBudget(100, 0, TimeSpan.FromSeconds(1), timeUp.Token)));
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_it()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await KernelShap.EstimateAsync(FunctionGame.Random(5, 1), Budget(100), left.Token));
    }

    [Fact]
    public async Task Leaving_one_out_tells_what_the_score_loses()
    {
        // Either of the first two is enough, the third is nothing.
        var game = new FunctionGame(4, coalition => (coalition[0] || coalition[1] ? 1 : 0) + (coalition[3] ? 2 : 0));

        var result = await LeaveOneOut.ComputeAsync(game, Budget(1), CancellationToken.None);

        Assert.Equal([0, 0, 0, 2], result.Values);
        Assert.Equal(0, result.BaseValue);
        Assert.Equal(6, result.Evaluations);
    }

    [Fact]
    public async Task More_players_than_samples_still_get_an_answer_that_adds_up()
    {
        var game = FunctionGame.Random(100, seed: 2);

        var result = await KernelShap.EstimateAsync(game, Budget(1), CancellationToken.None);

        Assert.All(result.Values, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(202, result.Evaluations);
    }

    private static SamplingBudget Budget(int samples, int seed = 0) => new(samples, seed, TimeSpan.FromSeconds(1), CancellationToken.None);

    private static async Task<AttributionResult> EstimateAsync(string method, ICoalitionGame game, SamplingBudget budget) => method switch
    {
        nameof(KernelShap) => await KernelShap.EstimateAsync(game, budget, CancellationToken.None),
        nameof(PermutationShap) => await PermutationShap.EstimateAsync(game, budget, CancellationToken.None),
        _ => await LeaveOneOut.ComputeAsync(game, budget, CancellationToken.None),
    };

    private static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], tolerance);
    }
}
