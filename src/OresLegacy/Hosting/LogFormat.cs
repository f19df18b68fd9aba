namespace InferenceServices.OresLegacy.Hosting;

/// <summary>Format of log lines.</summary>
internal enum LogFormat
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}
