using System.Text;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Bytes of an HTTP message, valid or mutated.</summary>
/// <param name="Bytes">Bytes to send.</param>
public sealed record RawMessage(byte[] Bytes)
{
    /// <summary>Formats the bytes in Base64 and as text.</summary>
    public override string ToString() => Convert.ToBase64String(Bytes) + "\n" + Encoding.Latin1.GetString(Bytes);
}
