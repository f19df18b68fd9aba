using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A server under test, with a request that checks that it still works.</summary>
/// <param name="Server">Server.</param>
/// <param name="Model">Name of a model it serves.</param>
/// <param name="Good">Valid V1 body for the model.</param>
/// <param name="Part">Expected part of the response.</param>
internal sealed record FuzzedServer(RunningServer Server, string Model, string Good, string Part);
