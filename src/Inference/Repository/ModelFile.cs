namespace InferenceServices.Inference.Repository;

/// <summary>One version of one model on disk.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Version">A folder's number, what <c>model-settings.json</c> says, or <c>1</c>.</param>
/// <param name="Path">The <c>.onnx</c> file.</param>
/// <param name="Settings">From <c>model-settings.json</c> beside it, else the model's, else the defaults.</param>
/// <param name="Common">From the <c>model-settings.json</c> beside the folders of versions; null where there is none.</param>
internal sealed record ModelFile(string Name, string Version, string Path, ModelSettings Settings, ModelSettings? Common = null)
{
    /// <summary>Where the file lies, and what belongs to it.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
}
