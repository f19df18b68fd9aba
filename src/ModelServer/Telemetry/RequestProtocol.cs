namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Protocol of an inference request.</summary>
internal enum RequestProtocol
{
    /// <summary>No inference: metadata, a probe, a page.</summary>
    None,

    /// <summary>V1 over HTTP.</summary>
    V1,

    /// <summary>V2 over HTTP.</summary>
    V2,

    /// <summary>V2 over gRPC.</summary>
    Grpc,
}
