using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.KernelShap;
using InferenceServices.Explanations.Attribution.Occlusion;
using InferenceServices.Explanations.Attribution.Permutation;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations;

/// <summary>The methods that play coalitions, by the names requests have for them.</summary>
internal static class CoalitionMethods
{
    // A regression of more unknowns takes longer than most models, and a few hundred versions of a longer text say little of each word.
    private const int MostForRegression = 64;

    /// <param name="asked">By the request.</param>
    /// <param name="players">Features, or parts of a text.</param>
    /// <param name="ofMany">What is taken for many players where the request leaves it open.</param>
    public static ExplainMethod Choose(ExplainMethod asked, int players, ExplainMethod ofMany)
        => asked != ExplainMethod.Auto ? asked : players <= MostForRegression ? ExplainMethod.KernelShap : ofMany;

    /// <param name="method">Chosen.</param>
    /// <param name="game">At least one player.</param>
    /// <param name="budget">How much may be played.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The time was up before anything could be said: 504.</exception>
    public static async ValueTask<(string Name, AttributionResult Result)> PlayAsync(ExplainMethod method, ICoalitionGame game, SamplingBudget budget, CancellationToken cancellationToken)
        => method switch
        {
            ExplainMethod.KernelShap => ("kernel_shap", await KernelShap.EstimateAsync(game, budget, cancellationToken)),
            ExplainMethod.LeaveOneOut => ("leave_one_out", await LeaveOneOut.ComputeAsync(game, budget, cancellationToken)),
            _ => ("permutation", await PermutationShap.EstimateAsync(game, budget, cancellationToken)),
        };
}
