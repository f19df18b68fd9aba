using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>Computes explanations (feature attributions) for a model's predictions.</summary>
public interface IExplainer
{
    /// <summary>Gets the record type of the request field <c>explain</c>, for the API documentation.</summary>
    Type Parameters { get; }

    /// <summary>Gets the record type of the response, for the API documentation.</summary>
    Type Answer { get; }

    /// <summary>Explains one request.</summary>
    /// <param name="request">The body of a <c>:predict</c> request, with settings of the explanation in its field <c>explain</c>.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects or the deadline passes.</param>
    /// <returns>The response, which the pipeline writes and disposes.</returns>
    ValueTask<PredictResponse> ExplainAsync(PredictRequest request, CancellationToken cancellationToken);
}
