using System.Text;
using InferenceServices.FastText;

namespace InferenceServices.Testing;

/// <summary>What <c>isvc convert fasttext</c> writes beside the graph, made for one test: labels, words and the tokenizer's settings.</summary>
internal sealed class FastTextDirectory : IDisposable
{
    public FastTextDirectory(string[] labels, string[] words)
    {
        // No subwords: a text consists of the words given here and of nothing else.
        using var writer = new FastTextVocabularyWriter(Path, new FastTextTokenizerSettings { Minn = 0, Maxn = 0, Bucket = 0, WordNgrams = 1 });
        foreach (var word in words) writer.AddWord(Encoding.UTF8.GetBytes(word));
        foreach (var label in labels) writer.AddLabel(Encoding.UTF8.GetBytes(label));
        writer.Complete();
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("inference-services-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
