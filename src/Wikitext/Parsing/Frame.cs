namespace InferenceServices.Wikitext.Parsing;

/// <summary>A construct being read; becomes plain text if it fails.</summary>
internal struct Frame
{
    public Context Context;

    /// <summary>Start position and context.</summary>
    public int Head;
    public Context Begun;

    /// <summary>Index of the first event of the frame.</summary>
    public int FirstEvent;

    /// <summary>Pending text that is not an event yet; empty if none.</summary>
    public int TextStart;
    public int TextEnd;

    /// <summary>Index of the event that starts the body of the tag.</summary>
    public int BodyEvent;
}
