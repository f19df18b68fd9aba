namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The programs a client may find behind an address.</summary>
public enum Executable
{
    /// <summary>Models by their tensors.</summary>
    Predictor,

    /// <summary>A service in front of a predictor.</summary>
    Transformer,

    /// <summary>A service that can be asked why.</summary>
    Explainer,
}
