using InferenceServices.ModelTools.Convert.FastText;

namespace InferenceServices.ModelTools.Inspect;

/// <summary>Prints the declarations of a fastText file.</summary>
internal static class FastTextReport
{
    public static void Write(string path, TextWriter output)
    {
        using var model = FastTextModelFile.Open(path);
        output.Line("file", $"{path}, {ReportWriter.Size(model.SizeBytes)}");
        output.Line("format", $"fastText {model.Version}, supervised");
        output.Line("loss", model.Args.LossName);
        output.Line("dim", model.Args.Dim);
        output.Line("words", model.Dictionary.WordCount);
        output.Line("labels", model.Dictionary.Labels.Count);
        output.Line("buckets", model.Dictionary.Buckets is { } retained ? $"{retained.Count} retained of {model.Args.Bucket}" : $"{model.Args.Bucket}");
        output.Line("subwords", model.Args.Maxn > 0 ? $"{model.Args.Minn} to {model.Args.Maxn} characters" : "none");
        output.Line("wordNgrams", model.Args.WordNgrams);
        output.Line("input", Matrix(model.Input));
        output.Line("output", Matrix(model.Output));
        output.Line("trained", $"epoch {model.Args.Epoch}, minCount {model.Args.MinCount}, ws {model.Args.WindowSize}, neg {model.Args.Negatives}");
    }

    private static string Matrix(IRowSource matrix) => $"[{matrix.Rows},{matrix.Columns}] {(matrix.Quantized ? "product-quantized" : "FP32")}";
}
