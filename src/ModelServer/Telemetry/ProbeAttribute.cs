namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Marks health endpoints, which are polled every few seconds and not logged.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ProbeAttribute : Attribute;
