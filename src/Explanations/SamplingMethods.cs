using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.KernelShap;
using InferenceServices.Explanations.Attribution.Occlusion;
using InferenceServices.Explanations.Attribution.Permutation;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations;

/// <summary>The explanation methods that evaluate coalitions.</summary>
internal static class SamplingMethods
{
    // With more features, the regression is slower than most models, and a few hundred samples say little about each feature.
    private const int MaxForRegression = 64;

    /// <summary>Selects a method.</summary>
    /// <param name="requested">Method of the request.</param>
    /// <param name="features">Number of features, or of parts of a text.</param>
    /// <param name="forMany">Default method for many features.</param>
    public static ExplainMethod Choose(ExplainMethod requested, int features, ExplainMethod forMany)
        => requested != ExplainMethod.Auto ? requested : features <= MaxForRegression ? ExplainMethod.KernelShap : forMany;

    /// <summary>Computes attributions.</summary>
    /// <param name="method">The selected method.</param>
    /// <param name="function">A function of at least one feature.</param>
    /// <param name="budget">Limits of the evaluation.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The deadline passed before the first estimate: 504.</exception>
    public static async ValueTask<(string Name, AttributionResult Result)> EvaluateAsync(ExplainMethod method, IValueFunction function, SamplingBudget budget, CancellationToken cancellationToken)
        => method switch
        {
            ExplainMethod.KernelShap => ("kernel_shap", await KernelShap.EstimateAsync(function, budget, cancellationToken)),
            ExplainMethod.LeaveOneOut => ("leave_one_out", await LeaveOneOut.ComputeAsync(function, budget, cancellationToken)),
            _ => ("permutation", await PermutationShap.EstimateAsync(function, budget, cancellationToken)),
        };
}
