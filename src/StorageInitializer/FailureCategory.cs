namespace InferenceServices.StorageInitializer;

/// <summary>Why a model could not be had. The number is the exit code, the name (in snake case) stands in the last line of the log.</summary>
internal enum FailureCategory
{
    /// <summary>The command line or a variable of the environment cannot be understood.</summary>
    Usage = 1,

    /// <summary>Credentials are missing, wrong or expired.</summary>
    Authentication = 2,

    /// <summary>The credentials are good, but may not read this.</summary>
    Permission = 3,

    /// <summary>Nothing is there.</summary>
    NotFound = 4,

    /// <summary>The store cannot be reached, breaks off, or has no time, and every attempt was made.</summary>
    Connection = 5,

    /// <summary>What came is not what was announced: another length, another checksum, it changed meanwhile, or a listing that is none.</summary>
    Damaged = 6,

    /// <summary>The destination has not enough room, or cannot be written.</summary>
    Disk = 7,

    /// <summary>An archive is broken, too large unpacked, or reaches out of the destination.</summary>
    Archive = 8,

    /// <summary>The address is of a kind that this program does not know.</summary>
    Unsupported = 9,

    /// <summary>A fault of this program.</summary>
    Unexpected = 70,

    /// <summary>It was told to stop (SIGTERM); what is already there is kept for the next start.</summary>
    Stopped = 143,
}
