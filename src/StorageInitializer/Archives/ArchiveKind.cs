namespace InferenceServices.StorageInitializer.Archives;

/// <summary>Supported archive formats.</summary>
internal enum ArchiveKind
{
    None,
    Tar,
    GzippedTar,
    Zip,
}
