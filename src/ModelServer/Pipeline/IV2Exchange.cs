using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>One V2 inference request and its response, as a protocol carries them.</summary>
internal interface IV2Exchange
{
    /// <summary>The requested model.</summary>
    string ModelName { get; }

    /// <summary>The requested version; null for the default one.</summary>
    string? ModelVersion { get; }

    /// <summary>Telemetry of the request.</summary>
    RequestRecord Record { get; }

    /// <summary>Reads the request, and enters the preprocess stage once the body has arrived. Its memory counts against the request limits until the exchange is disposed.</summary>
    /// <returns>The request. The caller owns and disposes it.</returns>
    /// <exception cref="Contracts.Errors.InvalidInputException">The request is malformed: 400.</exception>
    /// <exception cref="Contracts.Errors.PayloadTooLargeException">The body is larger than the model accepts: 413.</exception>
    /// <exception cref="Contracts.Errors.ServerBusyException">The request limits are reached: 429.</exception>
    ValueTask<InferRequest> ReadAsync(CatalogEntry model, CancellationToken cancellationToken);

    /// <summary>Writes the response and takes ownership of it.</summary>
    ValueTask WriteAsync(InferRequest request, InferResponse response);
}
