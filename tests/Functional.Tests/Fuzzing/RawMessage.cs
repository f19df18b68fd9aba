using System.Text;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Bytes for a connection: HTTP, or what once was.</summary>
/// <param name="Bytes">As they are sent.</param>
public sealed record RawMessage(byte[] Bytes)
{
    /// <summary>As a failure shows it; can be typed in again.</summary>
    public override string ToString() => Convert.ToBase64String(Bytes) + "\n" + Encoding.Latin1.GetString(Bytes);
}
