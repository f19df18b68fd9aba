namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Marks endpoints that monitoring calls every few seconds: probes and metrics. They are not logged.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ProbeAttribute : Attribute;
