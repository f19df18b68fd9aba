using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A server that is fuzzed, with a request that shows whether it still answers.</summary>
/// <param name="Server">Where it is.</param>
/// <param name="Model">One it serves.</param>
/// <param name="Good">A V1 body for that model.</param>
/// <param name="Part">Of the answer to it.</param>
internal sealed record FuzzedServer(RunningServer Server, string Model, string Good, string Part);
