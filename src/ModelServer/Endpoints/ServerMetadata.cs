using InferenceServices.Contracts.Serving;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>What the server says of itself, the same over REST and gRPC.</summary>
/// <param name="services">Whether it runs services, whose answers have no classes, or models.</param>
/// <param name="repository">Absent when the models live elsewhere.</param>
internal sealed class ServerMetadata(IEnumerable<InferenceService> services, IModelRepository? repository = null)
{
    public const string Name = "inference-services";

    public static string Version { get; } = typeof(ServerMetadata).Assembly.GetName().Version!.ToString(3);

    /// <summary>Triton's names of what is served beyond the core protocol.</summary>
    public IReadOnlyList<string> Extensions { get; } =
    [
        .. services.Any() ? Array.Empty<string>() : ["classification"],
        "binary_tensor_data",
        "parameters",
        "model_configuration",
        .. repository is null ? Array.Empty<string>() : ["model_repository", "statistics"],
    ];
}
