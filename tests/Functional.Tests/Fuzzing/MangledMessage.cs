using System.Text;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>An HTTP message that was good before bytes of it were changed.</summary>
/// <param name="Bytes">As they are sent.</param>
public sealed record MangledMessage(byte[] Bytes)
{
    /// <summary>As a failure shows it; can be typed in again.</summary>
    public override string ToString() => Convert.ToBase64String(Bytes) + "\n" + Encoding.Latin1.GetString(Bytes);
}
