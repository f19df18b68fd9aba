using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>Says why a model answers as it does.</summary>
public interface IExplainer
{
    /// <summary>Explains one request.</summary>
    /// <param name="request">The same body <c>:predict</c> takes.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>The data plane writes and disposes it.</returns>
    ValueTask<PredictResponse> ExplainAsync(PredictRequest request, CancellationToken cancellationToken);
}
