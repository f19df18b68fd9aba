using System.Text;
using InferenceServices.ModelTools.Convert.FastText;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Builds small fastText files with at most one defect. Two words, two labels, three buckets, dim 3.</summary>
internal sealed record ModelFileBuilder
{
    public int Magic { get; init; } = FastTextModelFile.Magic;
    public int Version { get; init; } = 12;
    public int Dim { get; init; } = 3;
    public int Model { get; init; } = 3;
    public int Loss { get; init; } = 3;
    public int Bucket { get; init; } = 3;
    public int Maxn { get; init; } = 2;
    public string[] Words { get; init; } = ["</s>", "the"];
    public string[] Labels { get; init; } = ["__label__a", "__label__b"];
    public (int Bucket, int Position)[]? Retained { get; init; }
    public bool Quantized { get; init; }
    public float Weight { get; init; } = 0.5f;
    public long? InputRows { get; init; }
    public int? Entries { get; init; }

    public byte[] Build()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Magic);
        writer.Write(Version);
        foreach (var value in new[] { Dim, 5, 1, 1, 5, 1, Loss, Model, Bucket, 1, Maxn, 100 })
            writer.Write(value);
        writer.Write(1e-4);
        WriteDictionary(writer);
        writer.Write(Quantized);
        var rows = InputRows ?? Words.Length + (Retained?.Length ?? Bucket);
        if (Quantized)
            WriteQuantized(writer, rows);
        else
            WriteDense(writer, rows);
        writer.Write(false);
        WriteDense(writer, Labels.Length);
        return bytes.ToArray();
    }

    private void WriteDictionary(BinaryWriter writer)
    {
        writer.Write(Entries ?? (Words.Length + Labels.Length));
        writer.Write(Words.Length);
        writer.Write(Labels.Length);
        writer.Write(100L);
        writer.Write(Retained?.Length ?? -1L);
        foreach (var entry in Words.Concat(Labels))
        {
            writer.Write(Encoding.UTF8.GetBytes(entry));
            writer.Write((byte)0);
            writer.Write(10L);
            writer.Write(Labels.Contains(entry));
        }
        foreach (var (bucket, position) in Retained ?? [])
        {
            writer.Write(bucket);
            writer.Write(position);
        }
    }

    private void WriteDense(BinaryWriter writer, long rows)
    {
        writer.Write(rows);
        writer.Write((long)Dim);
        for (var i = 0; i < rows * Dim; i++)
            writer.Write(Weight);
    }

    /// <summary>Pieces of two numbers, the last of one; row r has code r everywhere, centroid c is c + its index; norms are doubled codes.</summary>
    private void WriteQuantized(BinaryWriter writer, long rows)
    {
        writer.Write(true);
        writer.Write(rows);
        writer.Write((long)Dim);
        writer.Write((int)rows * 2);
        for (var row = 0; row < rows; row++)
            writer.Write([(byte)row, (byte)row]);
        foreach (var value in new[] { Dim, 2, 2, 1 })
            writer.Write(value);
        for (var code = 0; code < 256; code++)
        {
            writer.Write(code + 0.25f);
            writer.Write(code + 0.5f);
        }
        for (var code = 0; code < 256; code++)
            writer.Write(code + 0.75f);
        for (var row = 0; row < rows; row++)
            writer.Write((byte)row);
        foreach (var value in new[] { 1, 1, 1, 1 })
            writer.Write(value);
        for (var code = 0; code < 256; code++)
            writer.Write(2f * code);
    }
}
