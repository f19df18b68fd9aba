using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Steps 3 to 5 of a V2 request.</summary>
internal interface IV2Handler
{
    /// <summary>Computes the response to tensors.</summary>
    /// <param name="model">The model or service of the request.</param>
    /// <param name="modelVersion">The version, or null for the default one.</param>
    /// <param name="request">The caller owns it. Its tensors are not read after the returned task has ended.</param>
    /// <param name="record">Receives the times of the stages.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects or the deadline passes.</param>
    /// <returns>The response. The caller owns and disposes it.</returns>
    ValueTask<InferResponse> InferAsync(
        CatalogEntry model, string? modelVersion, InferRequest request, RequestRecord record, CancellationToken cancellationToken);
}
