namespace InferenceServices.Codecs.Grpc;

/// <summary>Wire types of protobuf: the low three bits of a tag. The field number is in the other bits.</summary>
internal static class WireType
{
    public const uint Varint = 0;
    public const uint Fixed64 = 1;
    public const uint Length = 2;
    public const uint StartGroup = 3;
    public const uint EndGroup = 4;
    public const uint Fixed32 = 5;

    /// <summary>Number of bits of a wire type.</summary>
    public const int Bits = 3;
}
