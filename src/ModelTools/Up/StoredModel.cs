namespace InferenceServices.ModelTools.Up;

/// <summary>A model that the storage-initializer downloads.</summary>
/// <param name="Uri">Source address.</param>
/// <param name="Path">Destination folder in the container.</param>
internal sealed record StoredModel(string Uri, string Path)
{
    /// <summary>Gets the arguments of the storage-initializer: source and destination.</summary>
    public string[] Arguments => [Uri, Path];
}
