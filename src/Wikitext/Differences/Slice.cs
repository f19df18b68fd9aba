using System.Diagnostics.CodeAnalysis;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.Wikitext.Differences;

/// <summary>A part of a text, compared by its characters.</summary>
internal readonly struct Slice(string text, int start, int length) : IEquatable<Slice>
{
    private readonly string _text = text;
    private readonly int _start = start;
    private readonly int _length = length;

    private ReadOnlySpan<char> Characters => _text.AsSpan(_start, _length);

    public static Slice Of(TokenizedText text, Segment segment)
    {
        if (segment.Start == segment.End) return new Slice("", 0, 0);
        var last = text.Tokens[segment.End - 1];
        var start = text.Tokens[segment.Start].Start;
        return new Slice(text.Text, start, last.Start + last.Length - start);
    }

    public bool Equals(Slice other) => Characters.SequenceEqual(other.Characters);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Slice other && Equals(other);

    public override int GetHashCode() => string.GetHashCode(Characters);
}
