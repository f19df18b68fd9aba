using System.Globalization;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Configuration of a model, which <see cref="ConfigJson"/> and <see cref="Grpc.MetadataMessages"/> render.</summary>
/// <remarks>
/// Triton, <c>extension_model_configuration.md</c> and <c>model_config.proto</c>. Fields that every model has in common:
/// <c>max_batch_size</c> is 0 because shapes include the batch axis, and one session on the CPU serves all requests.
/// </remarks>
internal sealed class ModelConfiguration(ModelMetadata model)
{
    /// <summary>Gets the name of the model and of its instance group.</summary>
    public string Name => model.Name;

    /// <summary>Gets the platform, for example <c>onnxruntime_onnx</c>; empty for a service.</summary>
    public string Platform => model.Platform;

    /// <summary>Gets the backend; empty for a service.</summary>
    public string Backend { get; } = model.Platform.Length == 0 ? "" : "onnxruntime";

    /// <summary>Gets the name of the model's file; empty for a service.</summary>
    public string DefaultModelFileName { get; } = model.Platform.Length == 0 ? "" : "model.onnx";

    /// <summary>Gets the number of served versions if the policy is that of the latest versions; otherwise null.</summary>
    public uint? LatestVersions { get; } = model.VersionPolicy is "latest" ? 1 : model.VersionPolicy.StartsWith("latest:", StringComparison.Ordinal) ? uint.Parse(model.VersionPolicy["latest:".Length..], CultureInfo.InvariantCulture) : null;

    /// <summary>Gets the served versions if the policy lists them; otherwise null.</summary>
    public IReadOnlyList<long>? SpecificVersions { get; } = model.VersionPolicy.Length > 0 && char.IsAsciiDigit(model.VersionPolicy[0]) ? [.. model.VersionPolicy.Split(',').Select(version => long.Parse(version, CultureInfo.InvariantCulture))] : null;

    /// <summary>Gets the input tensors.</summary>
    public IReadOnlyList<TensorMetadata> Inputs => model.Inputs;

    /// <summary>Gets the output tensors.</summary>
    public IReadOnlyList<TensorMetadata> Outputs => model.Outputs;
}
