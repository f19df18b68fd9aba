using InferenceServices.Contracts.Serving;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>What the server says of itself, the same over REST and gRPC.</summary>
/// <param name="services">Whether it runs services, whose answers have no classes and whose models do not come and go, or models.</param>
internal sealed class ServerMetadata(IEnumerable<ServiceDefinition> services)
{
    public const string Name = "inference-services";

    public static string Version { get; } = typeof(ServerMetadata).Assembly.GetName().Version!.ToString(3);

    /// <summary>Triton's names of what is served beyond the core protocol.</summary>
    public IReadOnlyList<string> Extensions { get; } =
        services.Any() ? Common : [.. Common, "classification", "model_repository", "statistics"];

    private static IReadOnlyList<string> Common => ["binary_tensor_data", "parameters", "model_configuration"];
}
