namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>An output column: its name with prefix, as raw bytes, and its count in training (which determines the Huffman tree).</summary>
internal sealed record FastTextLabel(ReadOnlyMemory<byte> Name, long Count);
