namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Protocol of an inference.</summary>
internal enum RequestProtocol
{
    /// <summary>Not an inference: metadata, probes, pages.</summary>
    None,

    /// <summary>V1 over HTTP.</summary>
    V1,

    /// <summary>V2 over HTTP.</summary>
    V2,

    /// <summary>V2 over gRPC.</summary>
    Grpc,
}
