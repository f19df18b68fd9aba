namespace InferenceServices.Testing;

/// <summary>A temporary directory, deleted on disposal.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("inference-services-").FullName;

    /// <summary>Creates a directory with links to models of <c>tests/Models</c>.</summary>
    public static TemporaryFolder Of(params IEnumerable<string> models)
    {
        var folder = new TemporaryFolder();
        foreach (var model in models) Directory.CreateSymbolicLink(folder.Below(model), TestModels.PathOf(model));
        return folder;
    }

    public string Below(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file and creates its parent directories.</summary>
    public string Write(string relative, string text = "")
    {
        var path = Below(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a file and creates its parent directories.</summary>
    public string Write(string relative, byte[] content)
    {
        var path = Write(relative);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Copies the file of a test model.</summary>
    public void Copy(string model, string relative)
    {
        var path = Write(relative);
        File.Copy(System.IO.Path.Combine(TestModels.PathOf(model), "model.onnx"), path, overwrite: true);
    }

    /// <summary>Creates a named pipe, which blocks a reader until a writer opens the pipe.</summary>
    public static void CreatePipe(string path)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        if (mkfifo.ExitCode != 0) throw new IOException($"mkfifo {path} failed with exit code {mkfifo.ExitCode}.");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
