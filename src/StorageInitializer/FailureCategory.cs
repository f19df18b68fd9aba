namespace InferenceServices.StorageInitializer;

/// <summary>Why a model cannot be fetched. The number is the exit code; <see cref="FailureCategories.ToWord"/> is the word in the last line of the log.</summary>
internal enum FailureCategory
{
    /// <summary>The command line or an environment variable is invalid.</summary>
    Usage = 1,

    /// <summary>Credentials are missing, wrong or expired.</summary>
    Authentication = 2,

    /// <summary>The credentials are valid, but access is denied.</summary>
    Permission = 3,

    /// <summary>The model does not exist.</summary>
    NotFound = 4,

    /// <summary>The store is unreachable, overloaded or interrupts connections, and every attempt failed.</summary>
    Connection = 5,

    /// <summary>Length or checksum does not match, the file changed during the download, or a listing is invalid.</summary>
    Corrupt = 6,

    /// <summary>The destination is full or not writable.</summary>
    Disk = 7,

    /// <summary>An archive is corrupt, exceeds a limit, or has a path outside the destination.</summary>
    Archive = 8,

    /// <summary>The address is not supported.</summary>
    Unsupported = 9,

    /// <summary>An internal error.</summary>
    Unexpected = 70,

    /// <summary>SIGTERM or SIGINT was received; downloaded data is preserved for the next start.</summary>
    Stopped = 143,
}
