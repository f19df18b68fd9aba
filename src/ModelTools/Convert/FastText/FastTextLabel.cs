namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>An output column: its name with prefix, as raw bytes, and how often it was seen in training (which shapes the Huffman tree).</summary>
internal sealed record FastTextLabel(ReadOnlyMemory<byte> Name, long Count);
