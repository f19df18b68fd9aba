using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.ModelServer.Codecs;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>How the server listens. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
public sealed class ModelServerOptions : IValidatableObject
{
    internal const string AlwaysRaw = "always";

    /// <summary>Address to bind.</summary>
    [ConfigurationKeyName("host")]
    [Description("Address to listen on. Default 0.0.0.0.")]
    [Required]
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>Port of the REST protocols.</summary>
    [ConfigurationKeyName("http_port")]
    [Description("Port of V1 and V2 over HTTP; 0 picks a free one. Default: the environment's PORT unless that is --grpc_port, else 8080.")]
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>gRPC at all.</summary>
    [ConfigurationKeyName("enable_grpc")]
    [Description("Serve V2 over gRPC as well. Default true.")]
    public bool EnableGrpc { get; set; } = true;

    /// <summary>Port of gRPC.</summary>
    [ConfigurationKeyName("grpc_port")]
    [Description("Port of V2 over gRPC, HTTP/2 without TLS; 0 picks a free one. Default 8081.")]
    [Range(0, 65535)]
    public int GrpcPort { get; set; } = 8081;

    /// <summary>Largest gRPC request.</summary>
    [ConfigurationKeyName("grpc_max_receive_message_length")]
    [Description("Largest gRPC request in bytes, uncompressed; a larger one is refused with RESOURCE_EXHAUSTED; 0 or -1 for no limit. Default 8388608 (8 MiB).")]
    [Range(-1, int.MaxValue)]
    public int GrpcMaxReceiveMessageLength { get; set; } = 8 << 20;

    /// <summary>Largest gRPC response.</summary>
    [ConfigurationKeyName("grpc_max_send_message_length")]
    [Description("Largest gRPC response in bytes, uncompressed; instead of a larger one RESOURCE_EXHAUSTED is sent; 0 or -1 for no limit. Default 8388608 (8 MiB).")]
    [Range(-1, int.MaxValue)]
    public int GrpcMaxSendMessageLength { get; set; } = 8 << 20;

    /// <summary>Form of gRPC answers.</summary>
    [ConfigurationKeyName("grpc_raw_output")]
    [Description("mirror: gRPC answers are raw bytes or typed fields as the request was; always: always raw bytes, as Triton has it. Default mirror.")]
    [RegularExpression("mirror|" + AlwaysRaw, ErrorMessage = "--grpc_raw_output should be mirror or always.")]
    public string GrpcRawOutput { get; set; } = "mirror";

    /// <summary>Name of the model or service.</summary>
    [ConfigurationKeyName("model_name")]
    [Description("The model, or the inference service, that this server is. Default model.")]
    [Required]
    public string ModelName { get; set; } = "model";

    /// <summary>Models are loaded on demand.</summary>
    [ConfigurationKeyName("multi_model_server")]
    [Description("Start without models and load those of --model_dir on demand; ready while empty. KServe sets it for its agent. Default false.")]
    public bool MultiModelServer { get; set; }

    /// <summary>Largest body.</summary>
    [ConfigurationKeyName("request_payload_limit")]
    [Description("Largest request body in bytes; a larger one is refused with 413. Default 67108864 (64 MiB).")]
    [Range(1, int.MaxValue)]
    public long RequestPayloadLimit { get; set; } = 64 << 20;

    /// <summary>NaN and the infinities in JSON.</summary>
    [ConfigurationKeyName("json_nonfinite")]
    [Description("NaN and infinities of tensors in JSON: null (written as null, null read as NaN; KServe's way), literal (the tokens NaN, Infinity, -Infinity, which are not JSON; Triton's way) or error (refused with 400). Default null.")]
    public NonFiniteNumbers JsonNonFinite { get; set; }

    /// <summary>API documentation.</summary>
    [ConfigurationKeyName("enable_docs_url")]
    [Description("Serve the API documentation at /docs. Default true.")]
    public bool EnableDocsUrl { get; set; } = true;

    /// <summary>Idle connections.</summary>
    [ConfigurationKeyName("timeout-keep-alive")]
    [Description("Seconds an idle connection stays open; more than the mesh in front keeps it. Default 65.")]
    [Range(1, 86_400)]
    public int TimeoutKeepAliveSeconds { get; set; } = 65;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EnableGrpc && HttpPort == GrpcPort && HttpPort != 0)
            yield return new ValidationResult($"--http_port and --grpc_port should be two ports, got {HttpPort} for both.", [nameof(GrpcPort)]);
    }
}
