using System.Text;
using InferenceServices.FastText;

namespace InferenceServices.Testing;

/// <summary>Writes the files that <c>isvc convert fasttext</c> creates next to the graph: labels, words and settings of the tokenizer.</summary>
internal sealed class FastTextDirectory : IDisposable
{
    public FastTextDirectory(string[] labels, string[] words)
    {
        // Without subwords, only these words have rows.
        using var writer = new FastTextVocabularyWriter(Path, new FastTextTokenizerSettings { Minn = 0, Maxn = 0, Bucket = 0, WordNgrams = 1 });
        foreach (var word in words) writer.AddWord(Encoding.UTF8.GetBytes(word));
        foreach (var label in labels) writer.AddLabel(Encoding.UTF8.GetBytes(label));
        writer.Complete();
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("inference-services-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
