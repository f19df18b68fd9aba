namespace InferenceServices.Inference.Repository;

/// <summary>One version of one model on disk.</summary>
/// <param name="Name">The name that requests use.</param>
/// <param name="Version">The folder's number, the version in <c>model-settings.json</c>, or <c>1</c>.</param>
/// <param name="Path">The <c>.onnx</c> file.</param>
/// <param name="Settings">From <c>model-settings.json</c> beside the file, otherwise from the model's folder, otherwise the defaults.</param>
/// <param name="Common">From <c>model-settings.json</c> beside the version folders; null when the file does not exist.</param>
internal sealed record ModelFile(string Name, string Version, string Path, ModelSettings Settings, ModelSettings? Common = null)
{
    /// <summary>The folder of the file and of the files that belong to the model.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
}
