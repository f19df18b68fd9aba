using System.Buffers;
using System.Text;
using InferenceServices.FastText;
using InferenceServices.ModelTools.Convert.FastText;

namespace InferenceServices.ModelTools.Tests;

/// <summary>A converted fastText model, called as a service calls it: text → rows → graph.</summary>
internal sealed class ConvertedModel : IDisposable
{
    private readonly FastTextTokenizer _tokenizer;

    public ConvertedModel(
        string path, long embeddedLimit = FastTextConverter.EmbeddedLimit, int largestSmallTree = FastTextGraph.LargestSmallTree)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("modeltools-tests-").FullName;
        new FastTextConverter(TimeProvider.System, TextWriter.Null, embeddedLimit, largestSmallTree).Convert(path, Directory, CancellationToken.None);
        Vocabulary = FastTextVocabulary.Load(Directory);
        _tokenizer = new FastTextTokenizer(Vocabulary);
    }

    public string Directory { get; }

    public FastTextVocabulary Vocabulary { get; }

    public long[] Tokenize(string text)
    {
        var rows = new ArrayBufferWriter<long>();
        _tokenizer.Tokenize(Encoding.UTF8.GetBytes(text), rows);
        return rows.WrittenSpan.ToArray();
    }

    /// <returns>FP32 [texts][labels].</returns>
    public float[][] Predict(IEnumerable<string> texts, int batch = 16) => OnnxGraph.Run(Directory, [.. texts.Select(Tokenize)], batch);

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
