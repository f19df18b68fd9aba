namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Content mode of an event.</summary>
/// <remarks>CloudEvents HTTP protocol binding, section 3. Batched mode is not supported.</remarks>
internal enum ContentMode
{
    /// <summary>The request is not an event.</summary>
    None,

    /// <summary>Binary mode: attributes in headers; the body is the data.</summary>
    Binary,

    /// <summary>Structured mode: attributes and data in the body.</summary>
    Structured,
}
