namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Bytes of the file; not a copy.</summary>
internal sealed record PickleBytes(ReadOnlyMemory<byte> Data);
