using System.Runtime.CompilerServices;

namespace InferenceServices.FastText;

/// <summary>fastText's hash of bytes: 32-bit FNV-1a that widens every byte as a signed number.</summary>
/// <remarks>Source: fastText 0.9.2, Dictionary::hash. Textbook FNV-1a widens without sign and differs for every byte above 0x7F.</remarks>
internal static class FastTextHash
{
    public const uint Empty = 2166136261;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Append(uint hash, byte value) => (hash ^ (uint)(sbyte)value) * 16777619;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Empty;
        foreach (var value in bytes)
            hash = Append(hash, value);
        return hash;
    }
}
