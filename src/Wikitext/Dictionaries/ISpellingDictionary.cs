namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>One dictionary of a library. Not thread-safe.</summary>
internal interface ISpellingDictionary
{
    /// <summary>Returns whether the dictionary contains a word.</summary>
    /// <param name="word">The word in UTF-8, with a zero at the end.</param>
    bool Accepts(ReadOnlySpan<byte> word);
}
