namespace InferenceServices.ModelServer.Telemetry;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>A line of text each, for people.</summary>
    Text,

    /// <summary>A JSON object each, for programs.</summary>
    Json,
}
