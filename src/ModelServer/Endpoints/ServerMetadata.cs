using InferenceServices.Contracts.Serving;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Server metadata, the same over REST and gRPC.</summary>
/// <param name="services">Whether the server runs a service, which supports neither classification nor the model repository.</param>
internal sealed class ServerMetadata(IEnumerable<ServiceDefinition> services)
{
    public const string Name = "inference-services";

    public static string Version { get; } = typeof(ServerMetadata).Assembly.GetName().Version!.ToString(3);

    /// <summary>Gets the supported protocol extensions, with Triton's names.</summary>
    public IReadOnlyList<string> Extensions { get; } =
        services.Any() ? Common : [.. Common, "classification", "model_repository", "statistics"];

    private static IReadOnlyList<string> Common => ["binary_tensor_data", "parameters", "model_configuration"];
}
