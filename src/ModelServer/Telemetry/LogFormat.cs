namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Format of the log.</summary>
public enum LogFormat
{
    /// <summary>One line of text for each message.</summary>
    Text,

    /// <summary>One JSON object for each message.</summary>
    Json,
}
