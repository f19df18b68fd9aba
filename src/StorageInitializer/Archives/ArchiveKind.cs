namespace InferenceServices.StorageInitializer.Archives;

/// <summary>What can be unpacked.</summary>
internal enum ArchiveKind
{
    None,
    Tar,
    GzippedTar,
    Zip,
}
