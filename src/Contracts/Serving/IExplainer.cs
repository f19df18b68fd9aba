using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>Says why a model answers as it does.</summary>
public interface IExplainer
{
    /// <summary>The record that a request may have in its field <c>explain</c>, for the API documentation.</summary>
    Type Parameters { get; }

    /// <summary>The record an answer is, for the API documentation.</summary>
    Type Answer { get; }

    /// <summary>Explains one request.</summary>
    /// <param name="request">The same body <c>:predict</c> takes, and how to explain in its field <c>explain</c>.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>The data plane writes and disposes it.</returns>
    ValueTask<PredictResponse> ExplainAsync(PredictRequest request, CancellationToken cancellationToken);
}
