namespace InferenceServices.ModelTools.Up;

/// <summary>Options of <c>isvc up</c>.</summary>
/// <param name="Port">HTTP port of the ingress; gRPC uses the next port. 0 selects free ports.</param>
/// <param name="StorageUri">Folder or address that replaces the model of the manifest, or null.</param>
/// <param name="Programs">Folder of the published programs.</param>
/// <param name="Containers">Whether podman runs the images; otherwise the programs run as processes.</param>
internal sealed record UpOptions(int Port, string? StorageUri, string Programs, bool Containers)
{
    /// <summary>Returns the model's address for the storage-initializer.</summary>
    public string AddressOf(string manifestUri)
        => StorageUri is null ? manifestUri
        : StorageUri.Contains("://", StringComparison.Ordinal) ? StorageUri
        : $"file://{Path.GetFullPath(StorageUri)}";
}
