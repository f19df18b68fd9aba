namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The executables that serve clients.</summary>
public enum Executable
{
    /// <summary>Serves models as tensors.</summary>
    Predictor,

    /// <summary>Serves a service that calls a predictor.</summary>
    Transformer,

    /// <summary>Serves a service with explanations.</summary>
    Explainer,
}
