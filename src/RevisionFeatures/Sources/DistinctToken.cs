using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>A token text with its counts. Equal texts have equal types.</summary>
internal struct DistinctToken(string text, TokenType type)
{
    public readonly string Text = text;
    public readonly TokenType Type = type;

    /// <summary>Count in the parent.</summary>
    public int Old;

    /// <summary>Count in the revision.</summary>
    public int Now;
}
