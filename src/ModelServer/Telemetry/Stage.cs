namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Stages of a request, with KServe's names.</summary>
internal enum Stage
{
    /// <summary>Decodes the body and computes the input tensors.</summary>
    Preprocess,

    /// <summary>Runs the model, in this process or at the predictor, including the time in the queue.</summary>
    Predict,

    /// <summary>Computes the response from the output tensors.</summary>
    Postprocess,

    /// <summary>Computes an explanation.</summary>
    Explain,
}
