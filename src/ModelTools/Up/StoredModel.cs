namespace InferenceServices.ModelTools.Up;

/// <summary>A model that the storage-initializer brings.</summary>
/// <param name="Uri">Its address in a store.</param>
/// <param name="Path">The folder in the container that it is brought to.</param>
internal sealed record StoredModel(string Uri, string Path)
{
    /// <summary>As the storage-initializer takes it: from where, to where.</summary>
    public string[] Arguments => [Uri, Path];
}
