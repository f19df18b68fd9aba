namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Marks what is asked every few seconds by whoever watches the server, and is not worth a line in the log.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ProbeAttribute : Attribute;
