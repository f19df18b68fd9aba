using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>An inference service around a model: its request becomes tensors, the model's tensors its answer.</summary>
/// <remarks>One instance serves all requests; state of a request never lives on it.</remarks>
public interface ITransformer
{
    /// <summary>Validates a request and turns it into tensors.</summary>
    /// <param name="request">The caller's body.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>Tensors the data plane sends to the predictor and disposes.</returns>
    /// <exception cref="InvalidInputException">The request is malformed: 400.</exception>
    ValueTask<InferRequest> PreprocessAsync(PredictRequest request, CancellationToken cancellationToken);

    /// <summary>Turns the model's tensors into the answer.</summary>
    /// <param name="request">The body <see cref="PreprocessAsync"/> read.</param>
    /// <param name="response">The predictor's tensors; the data plane disposes them unless the answer does.</param>
    /// <returns>The data plane writes and disposes it.</returns>
    PredictResponse Postprocess(PredictRequest request, InferResponse response);
}
