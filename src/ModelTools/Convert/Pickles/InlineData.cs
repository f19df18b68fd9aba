namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Data that follows an instance in the file, outside of the pickle protocol.</summary>
/// <param name="Bytes">Number of bytes; null: another pickle follows.</param>
/// <param name="IsPadded">Whether the data starts with a byte of the number of bytes to skip.</param>
internal sealed record InlineData(long? Bytes, bool IsPadded);
