namespace InferenceServices.Inference.Repository;

/// <summary>One version of one model on disk.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Version">A folder's number, what <c>model-settings.json</c> says, or <c>1</c>.</param>
/// <param name="Path">The <c>.onnx</c> file.</param>
/// <param name="Settings">From <c>model-settings.json</c> beside it, or the defaults.</param>
internal sealed record ModelFile(string Name, string Version, string Path, ModelSettings Settings)
{
    /// <summary>Where the file lies, and what belongs to it.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
}
