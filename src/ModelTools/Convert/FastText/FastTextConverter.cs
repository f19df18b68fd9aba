using System.Globalization;
using Google.Protobuf;
using InferenceServices.FastText;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Writes a fastText classifier as a model directory: graph, weights, labels and vocabulary.</summary>
/// <remarks>
/// Memory does not depend on the number of words or weights: words and weights above <paramref name="embeddedLimit"/> are copied
/// in blocks of 1 MiB. Labels, retained buckets and, for hierarchical softmax, the paths (labels × depth numbers, or a matrix of 2 MiB) are in memory.
/// </remarks>
/// <param name="time">Clock for the progress.</param>
/// <param name="progress">Writer for progress lines.</param>
/// <param name="embeddedLimit">Maximum bytes of weights that are stored in the graph file.</param>
/// <param name="largestSmallTree">Maximum number of labels for which hierarchical softmax is a matrix product.</param>
internal sealed class FastTextConverter(
    TimeProvider time, TextWriter progress, long embeddedLimit = FastTextConverter.EmbeddedLimit, int largestSmallTree = FastTextGraph.LargestSmallTree)
{
    public const long EmbeddedLimit = 64L << 20;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <param name="path">A <c>.bin</c> or <c>.ftz</c> file.</param>
    /// <param name="output">Output directory; replaces an earlier conversion.</param>
    /// <param name="cancellationToken">Token to cancel between two blocks; the output is removed.</param>
    public void Convert(string path, string output, CancellationToken cancellationToken)
    {
        using var model = FastTextModelFile.Open(path);
        using var directory = new OutputDirectory(output, FastTextFiles.All);
        var total = model.Input.Rows + OutputOf(model).Rows;
        var report = new ProgressReporter(progress, time, $"converting {Path.GetFileName(path)}", ProgressInterval);
        long done = 0;
        WriteGraph(model, path, directory.Temporary, rows =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            report.Report(done += rows, total);
        });
        // Texts rarely have the same length, so few could share a batch; batched results would differ in the last digit.
        File.WriteAllText(Path.Combine(directory.Temporary, FastTextFiles.ModelSettings), """{"max_batch_size": 1}""" + "\n");
        WriteVocabulary(model, directory.Temporary);
        directory.Complete();
    }

    private void WriteGraph(FastTextModelFile model, string path, string directory, Action<long> copied)
    {
        var output = OutputOf(model);
        var weightBytes = (model.Input.Rows + 1 + output.Rows) * model.Args.Dim * sizeof(float);
        using var external = weightBytes > embeddedLimit ? File.Create(Path.Combine(directory, FastTextFiles.ModelData)) : null;
        var weights = new FastTextWeights(external, reason => new ModelFileException($"{path} {reason}"), copied);
        var embedding = weights.Copy("embedding", model.Input, zeroRows: 1);
        var graph = FastTextGraph.Build(model, embedding, weights.Copy("weights", output, zeroRows: 0), largestSmallTree);

        using var file = File.Create(Path.Combine(directory, FastTextFiles.Model));
        Describe(model, graph).WriteTo(file);
    }

    private static IRowSource OutputOf(FastTextModelFile model)
        => model.Args.Loss is FastTextLoss.HierarchicalSoftmax ? new BothSidesRows(model.Output) : model.Output;

    private static ModelProto Describe(FastTextModelFile model, GraphProto graph)
    {
        var proto = OnnxModel.Create(
            graph,
            "A fastText text classifier. ids: row numbers from the tokenizer, padded with -1. "
                + "probabilities: one per label, in the order of labels.txt, as reported by fastText's predict-prob (each 1e-5 too high).",
            new OperatorSetIdProto { Version = FastTextGraph.Opset });
        Add(proto, "fasttext.version", model.Version);
        Add(proto, "fasttext.loss", model.Args.LossName);
        Add(proto, "fasttext.dim", model.Args.Dim);
        Add(proto, "fasttext.minn", model.Args.Minn);
        Add(proto, "fasttext.maxn", model.Args.Maxn);
        Add(proto, "fasttext.bucket", model.Args.Bucket);
        Add(proto, "fasttext.wordNgrams", model.Args.WordNgrams);
        Add(proto, "fasttext.words", model.Dictionary.WordCount);
        Add(proto, "fasttext.labels", model.Dictionary.Labels.Count);
        Add(proto, "fasttext.quantized", model.Input.Quantized ? "true" : "false");
        return proto;
    }

    private static void WriteVocabulary(FastTextModelFile model, string directory)
    {
        var prefix = PrefixOf(model.Dictionary.Labels);
        using var writer = new FastTextVocabularyWriter(directory, new()
        {
            Minn = model.Args.Minn,
            Maxn = model.Args.Maxn,
            Bucket = model.Args.Bucket,
            WordNgrams = model.Args.WordNgrams,
            LabelPrefix = prefix,
            Buckets = model.Dictionary.Buckets?.Count,
        });
        model.Dictionary.CopyWords(writer);
        foreach (var label in model.Dictionary.Labels)
            writer.AddLabel(label.Name.Span[prefix.Length..]);
        foreach (var bucket in model.Dictionary.Buckets ?? [])
            writer.AddBucket(bucket);
        writer.Complete();
    }

    /// <summary>Returns the label prefix, which the file does not record: the default prefix if all labels have it, otherwise an empty string.</summary>
    private static string PrefixOf(IReadOnlyList<FastTextLabel> labels)
        => labels.All(label => label.Name.Span.StartsWith("__label__"u8)) ? FastTextTokenizerSettings.DefaultLabelPrefix : "";

    private static void Add(ModelProto model, string key, object value)
        => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = string.Create(CultureInfo.InvariantCulture, $"{value}") });
}
