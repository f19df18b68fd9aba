using System.Diagnostics;

namespace InferenceServices.Testing;

/// <summary>A model whose load blocks until the test releases it: its label file is an empty pipe.</summary>
internal sealed class HeldModel
{
    private readonly string _labels;

    /// <param name="folder">Directory in which the model is created.</param>
    /// <param name="name">Name of the model.</param>
    public HeldModel(TemporaryFolder folder, string name)
    {
        folder.Copy("versioned/1", $"{name}/model.onnx");
        folder.Write($"{name}/model-settings.json", """{"labels":{"y":"labels"}}""");
        _labels = folder.Below($"{name}/labels");
        using var mkfifo = Process.Start("mkfifo", [_labels]);
        mkfifo.WaitForExit();
    }

    /// <summary>Completes when a load reads the labels.</summary>
    public Task LetGoAsync() => Task.Factory.StartNew(() => File.WriteAllText(_labels, "one\n"), TaskCreationOptions.LongRunning);
}
