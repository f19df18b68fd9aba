using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>A token's text and how often it occurs. Equal texts have equal types.</summary>
internal struct DistinctToken(string text, TokenType type)
{
    public readonly string Text = text;
    public readonly TokenType Type = type;

    /// <summary>How often it is in the parent.</summary>
    public int Old;

    /// <summary>How often it is in the revision.</summary>
    public int Now;
}
