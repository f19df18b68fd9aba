namespace InferenceServices.ModelServer.Grpc;

/// <summary>What the messages of a gRPC call are.</summary>
internal enum MessageKind
{
    /// <summary>Short: names, parameters.</summary>
    Other,

    /// <summary>One inference request.</summary>
    Infer,

    /// <summary>A stream of inference requests.</summary>
    InferStream,
}
