using System.Globalization;
using System.Reflection;
using Google.Protobuf;
using InferenceServices.FastText;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Writes a fastText classifier as a model directory: graph, weights, labels and vocabulary.</summary>
/// <remarks>
/// Memory does not grow with the words or the weights: words go from file to file, and weights above <paramref name="embeddedLimit"/>
/// in blocks of a megabyte. What is kept is labels, kept buckets and, for hierarchical softmax, the paths (labels × depth numbers, or a matrix of 2 MiB).
/// </remarks>
/// <param name="time">The clock behind the progress.</param>
/// <param name="progress">Where progress goes.</param>
/// <param name="embeddedLimit">Bytes of weights up to which the graph file holds them itself.</param>
/// <param name="largestSmallTree">Labels up to which hierarchical softmax is a matrix product.</param>
internal sealed class FastTextConverter(
    TimeProvider time, TextWriter progress, long embeddedLimit = FastTextConverter.EmbeddedLimit, int largestSmallTree = FastTextGraph.LargestSmallTree)
{
    public const long EmbeddedLimit = 64L << 20;
    private const int IrVersion = 8;

    /// <param name="path">A <c>.bin</c> or <c>.ftz</c> file.</param>
    /// <param name="output">The directory to write; an earlier conversion in it is replaced.</param>
    /// <param name="cancellationToken">Stops between two blocks; nothing is left behind.</param>
    public void Convert(string path, string output, CancellationToken cancellationToken)
    {
        using var model = FastTextModelFile.Open(path);
        using var directory = new OutputDirectory(output, FastTextFiles.All);
        var total = model.Input.Rows + OutputOf(model).Rows;
        var report = new Progress(progress, time, $"converting {Path.GetFileName(path)}");
        long done = 0;
        WriteGraph(model, path, directory.Temporary, rows =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            report.Report(done += rows, total);
        });
        // Texts are rarely of one length, so that few could run together; the few would differ in their last digit from the others.
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
        var proto = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "isvc",
            ProducerVersion = typeof(FastTextConverter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            DocString = "A fastText text classifier. ids: row numbers from the tokenizer, rows of a batch filled up with -1. "
                + "probabilities: one a label, in the order of labels.txt, as fastText's predict-prob reports them (each 1e-5 too high).",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = FastTextGraph.Opset } },
        };
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

    /// <summary>The file does not record a prefix. Labels that lack the usual one keep their full names.</summary>
    private static string PrefixOf(IReadOnlyList<FastTextLabel> labels)
        => labels.All(label => label.Name.Span.StartsWith("__label__"u8)) ? FastTextTokenizerSettings.DefaultLabelPrefix : "";

    private static void Add(ModelProto model, string key, object value)
        => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = string.Create(CultureInfo.InvariantCulture, $"{value}") });
}
