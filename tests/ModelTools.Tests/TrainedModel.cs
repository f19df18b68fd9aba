using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Trains a model with Debian's <c>fasttext</c> on the test texts; one thread makes the result reproducible.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("modeltools-tests-").FullName;

    /// <param name="loss">hs, softmax, ova or ns.</param>
    /// <param name="options">More options of <c>fasttext supervised</c>.</param>
    /// <param name="everyNth">Uses every n-th language, each a label of about 25 texts.</param>
    /// <param name="perLanguage">Maximum texts per language.</param>
    /// <param name="labelPrefix">Prefix of labels.</param>
    public TrainedModel(string loss, string options, int everyNth = 8, int perLanguage = 25, string labelPrefix = "__label__")
    {
        var data = TestData.Texts().GroupBy(entry => entry.Language).Where((_, i) => i % everyNth == 0).SelectMany(group => group.Take(perLanguage)).ToArray();
        Texts = [.. data.Select(entry => entry.Text)];
        File.WriteAllLines(TrainingFile, data.Select(entry => $"{labelPrefix}{entry.Language} {entry.Text}"));
        FastTextCli.Run([
            "supervised", "-input", TrainingFile, "-output", Name, "-label", labelPrefix, "-loss", loss, "-thread", "1", "-verbose", "0",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
    }

    public string[] Texts { get; }

    public string Path => Name + ".bin";

    private string Name => System.IO.Path.Combine(_directory, "model");

    private string TrainingFile => System.IO.Path.Combine(_directory, "training.txt");

    /// <returns>The path of the quantized model.</returns>
    public string Quantize(string options)
    {
        FastTextCli.Run(["quantize", "-input", TrainingFile, "-output", Name, "-thread", "1", "-verbose", "0",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        return Name + ".ftz";
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
