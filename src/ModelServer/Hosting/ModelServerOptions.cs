using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Codecs;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>How the server listens. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
[SwitchOptions(typeof(ModelServerOptionsValidator))]
public sealed partial class ModelServerOptions : IValidatableObject
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

    /// <summary>Largest body.</summary>
    [ConfigurationKeyName("request_payload_limit")]
    [Description("Largest request body in bytes; a larger one is refused with 413. Default 67108864 (64 MiB).")]
    [Range(1, int.MaxValue)]
    public long RequestPayloadLimit { get; set; } = 64 << 20;

    /// <summary>Memory of bodies.</summary>
    [ConfigurationKeyName("request_memory_limit")]
    [Description("Bytes that the bodies of all requests in hand may take together; a request that needs more is refused with 429. Default 0: an eighth of what the container has.")]
    [Range(0, long.MaxValue)]
    public long RequestMemoryLimit { get; set; }

    /// <summary>Requests in hand.</summary>
    [ConfigurationKeyName("max_concurrent_requests")]
    [Description("Requests with a body that may be in hand at one time, whatever they wait for; the next is refused with 429. Default 0: no limit but those of connections and queues.")]
    [Range(0, 1_000_000)]
    public int MaxConcurrentRequests { get; set; }

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

    /// <summary>Longest time for an answer.</summary>
    [ConfigurationKeyName("request_timeout_seconds")]
    [Description("Seconds a request may take once its body is read; then it leaves the queue or its run is ended, with 504. Default 0: no limit.")]
    [Range(0, 86_400)]
    public int RequestTimeoutSeconds { get; set; }

    /// <summary>Open connections.</summary>
    [ConfigurationKeyName("max_connections")]
    [Description("Open connections at one time on each port; the next is closed at once. Default 10000.")]
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Time between unready and stopped.</summary>
    [ConfigurationKeyName("drain_delay_seconds")]
    [Description("Seconds after SIGTERM in which the server is unready but still takes and answers requests, until nobody sends any. Default 5.")]
    [Range(0, 3_600)]
    public int DrainDelaySeconds { get; set; } = 5;

    /// <summary>Time for requests in flight.</summary>
    [ConfigurationKeyName("shutdown_timeout_seconds")]
    [Description("Seconds that requests in flight have to finish once no new connections are taken; then they are cut off. Default 30.")]
    [Range(0, 86_400)]
    public int ShutdownTimeoutSeconds { get; set; } = 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EnableGrpc && HttpPort == GrpcPort && HttpPort != 0)
            yield return new ValidationResult($"--http_port and --grpc_port should be two ports, got {HttpPort} for both.", [nameof(GrpcPort)]);
    }
}
