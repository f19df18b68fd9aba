namespace InferenceServices.Wikitext.Parsing;

/// <summary>Something that is being read, and may yet turn out to be nothing but text.</summary>
internal struct Frame
{
    public Context Context;

    /// <summary>Where and as what it was begun.</summary>
    public int Head;
    public Context Begun;

    /// <summary>The events from here on are its own.</summary>
    public int FirstEvent;

    /// <summary>Text that is not an event yet; of no length: none.</summary>
    public int TextStart;
    public int TextEnd;

    /// <summary>Where its tag's body begins among the events.</summary>
    public int BodyEvent;
}
