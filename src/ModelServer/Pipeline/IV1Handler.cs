using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Steps 3 to 5 of a V1 request.</summary>
internal interface IV1Handler
{
    /// <summary>Computes the response to a body.</summary>
    /// <param name="request">The body; it stays valid until the returned task ends.</param>
    /// <param name="record">Receives the times of the stages.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects or the deadline passes.</param>
    /// <returns>The response. The caller owns and disposes it.</returns>
    ValueTask<PredictResponse> PredictAsync(PredictRequest request, RequestRecord record, CancellationToken cancellationToken);
}
