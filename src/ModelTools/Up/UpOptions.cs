namespace InferenceServices.ModelTools.Up;

/// <summary>How an InferenceService is run here.</summary>
/// <param name="Port">Where the ingress takes HTTP; gRPC takes the one above. 0 takes free ones.</param>
/// <param name="StorageUri">Model instead of the manifest's: a folder or an address.</param>
/// <param name="Programs">Folder of the published programs, for processes.</param>
/// <param name="Containers">Whether podman runs the images, instead of processes the programs.</param>
internal sealed record UpOptions(int Port, string? StorageUri, string Programs, bool Containers)
{
    /// <summary>The model's address for the storage-initializer.</summary>
    public string AddressOf(string manifestUri)
        => StorageUri is null ? manifestUri
        : StorageUri.Contains("://", StringComparison.Ordinal) ? StorageUri
        : $"file://{Path.GetFullPath(StorageUri)}";
}
