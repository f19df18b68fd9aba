namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Where an event's attributes are.</summary>
/// <remarks>CloudEvents HTTP protocol binding, section 3. Batches are not taken.</remarks>
internal enum ContentMode
{
    /// <summary>Nowhere: no event.</summary>
    None,

    /// <summary>In headers; the body is the data.</summary>
    Binary,

    /// <summary>In the body, with the data among them.</summary>
    Structured,
}
