using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Least severe log lines to write, in the words of Python's logging. Each has the number of its <see cref="LogLevel"/>.</summary>
public enum LogThreshold
{
    /// <summary>Everything except traces.</summary>
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
