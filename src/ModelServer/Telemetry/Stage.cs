namespace InferenceServices.ModelServer.Telemetry;

/// <summary>What a request goes through, under KServe's names.</summary>
internal enum Stage
{
    /// <summary>Body to tensors.</summary>
    Preprocess,

    /// <summary>Tensors to tensors, here or elsewhere, the wait for an executor included.</summary>
    Predict,

    /// <summary>Tensors to answer.</summary>
    Postprocess,

    /// <summary>An explainer's whole work.</summary>
    Explain,
}
