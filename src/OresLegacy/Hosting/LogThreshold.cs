namespace InferenceServices.OresLegacy.Hosting;

/// <summary>Least severe log lines to write, in the words of Python's logging, which Lift Wing's <c>LOG_LEVEL</c> has. Each has the number of its <see cref="LogLevel"/>.</summary>
internal enum LogThreshold
{
    /// <summary>Everything.</summary>
    Debug = LogLevel.Debug,

    /// <summary>Information.</summary>
    Info = LogLevel.Information,

    /// <summary>Warnings.</summary>
    Warning = LogLevel.Warning,

    /// <summary>Errors.</summary>
    Error = LogLevel.Error,

    /// <summary>Errors that end the program.</summary>
    Critical = LogLevel.Critical,
}
