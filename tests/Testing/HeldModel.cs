using System.Diagnostics;

namespace InferenceServices.Testing;

/// <summary>A model whose load waits until the test lets it go on: its labels are a pipe that nobody has written to yet.</summary>
internal sealed class HeldModel
{
    private readonly string _labels;

    /// <param name="folder">Gets a folder of the name.</param>
    /// <param name="name">The model's.</param>
    public HeldModel(TemporaryFolder folder, string name)
    {
        folder.Copy("versioned/1", $"{name}/model.onnx");
        folder.Write($"{name}/model-settings.json", """{"labels":{"y":"labels"}}""");
        _labels = folder.Below($"{name}/labels");
        using var mkfifo = Process.Start("mkfifo", [_labels]);
        mkfifo.WaitForExit();
    }

    /// <summary>Ends when a load has come as far as the labels, which it then reads.</summary>
    public Task LetGoAsync() => Task.Factory.StartNew(() => File.WriteAllText(_labels, "one\n"), TaskCreationOptions.LongRunning);
}
