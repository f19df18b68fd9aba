using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Codecs;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Addresses, limits and timeouts of the server. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
[SwitchOptions(typeof(ModelServerOptionsValidator))]
public sealed partial class ModelServerOptions : IValidatableObject
{
    internal const string AlwaysRaw = "always";

    /// <summary>Gets or sets the IP address to listen on.</summary>
    [ConfigurationKeyName("host")]
    [Description("Address to listen on. Default 0.0.0.0.")]
    [Required]
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>Gets or sets the port of V1 and V2 over HTTP.</summary>
    [ConfigurationKeyName("http_port")]
    [Description("Port of V1 and V2 over HTTP; 0 selects a free port. Default: the PORT environment variable unless it equals --grpc_port, else 8080.")]
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>Gets or sets whether the server serves gRPC.</summary>
    [ConfigurationKeyName("enable_grpc")]
    [Description("Serve V2 over gRPC too. Default true.")]
    public bool EnableGrpc { get; set; } = true;

    /// <summary>Gets or sets the port of V2 over gRPC.</summary>
    [ConfigurationKeyName("grpc_port")]
    [Description("Port of V2 over gRPC, HTTP/2 without TLS; 0 selects a free port. Default 8081.")]
    [Range(0, 65535)]
    public int GrpcPort { get; set; } = 8081;

    /// <summary>Gets or sets the largest gRPC request in bytes.</summary>
    [ConfigurationKeyName("grpc_max_receive_message_length")]
    [Description("Largest gRPC request in bytes, uncompressed; a larger request fails with RESOURCE_EXHAUSTED; 0 or -1 for no limit. Default 8388608 (8 MiB).")]
    [Range(-1, int.MaxValue)]
    public int GrpcMaxReceiveMessageLength { get; set; } = 8 << 20;

    /// <summary>Gets or sets the largest gRPC response in bytes.</summary>
    [ConfigurationKeyName("grpc_max_send_message_length")]
    [Description("Largest gRPC response in bytes, uncompressed; a larger response is replaced by RESOURCE_EXHAUSTED; 0 or -1 for no limit. Default 8388608 (8 MiB).")]
    [Range(-1, int.MaxValue)]
    public int GrpcMaxSendMessageLength { get; set; } = 8 << 20;

    /// <summary>Gets or sets the tensor format of gRPC responses.</summary>
    [ConfigurationKeyName("grpc_raw_output")]
    [Description("Tensors in gRPC responses. mirror: raw bytes or typed fields, as in the request; always: raw bytes, as Triton does. Default mirror.")]
    [RegularExpression("mirror|" + AlwaysRaw, ErrorMessage = "--grpc_raw_output should be mirror or always.")]
    public string GrpcRawOutput { get; set; } = "mirror";

    /// <summary>Gets or sets the largest request body in bytes.</summary>
    [ConfigurationKeyName("request_payload_limit")]
    [Description("Largest request body in bytes; a larger body is rejected with 413. Default 67108864 (64 MiB).")]
    [Range(1, int.MaxValue)]
    public long RequestPayloadLimit { get; set; } = 64 << 20;

    /// <summary>Gets or sets the memory for requests in bytes.</summary>
    [ConfigurationKeyName("request_memory_limit")]
    [Description("Memory in bytes for all requests in progress: bodies, tensors and answers. A request that needs more than is free is rejected with 429, one that can never fit with 413. Default 0: what the limit of the container leaves, after the models are loaded.")]
    [Range(0, long.MaxValue)]
    public long RequestMemoryLimit { get; set; }

    /// <summary>Gets or sets the number of requests in progress.</summary>
    [ConfigurationKeyName("max_concurrent_requests")]
    [Description("Largest number of requests with a body in progress, queued or running; further requests are rejected with 429; 0 for no limit. Default 1024.")]
    [Range(0, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 1024;

    /// <summary>Gets or sets the seconds in which a request body must arrive.</summary>
    [ConfigurationKeyName("request_body_timeout_seconds")]
    [Description("Seconds in which the whole body of a request must arrive after its first bytes; then the request is rejected with 408. Default 30.")]
    [Range(1, 86_400)]
    public int RequestBodyTimeoutSeconds { get; set; } = 30;

    /// <summary>Gets or sets the seconds in which a large answer must be read.</summary>
    [ConfigurationKeyName("response_timeout_seconds")]
    [Description("Seconds in which a client must read an answer of more than 64 KiB; then the connection is closed. Default 60.")]
    [Range(1, 86_400)]
    public int ResponseTimeoutSeconds { get; set; } = 60;

    /// <summary>Gets or sets the least data rate of clients.</summary>
    [ConfigurationKeyName("min_data_rate")]
    [Description("Least bytes per second at which a client must send a body and read an answer, after 5 seconds; 0 for none. A slow body is rejected with 408; the connection of a slow reader is closed. Default 16384.")]
    [Range(0, int.MaxValue)]
    public int MinDataRate { get; set; } = 16 << 10;

    /// <summary>Gets or sets how JSON represents NaN and infinities.</summary>
    [ConfigurationKeyName("json_nonfinite")]
    [Description("NaN and infinities of tensors in JSON: null (written as null, null read as NaN; as KServe), literal (the tokens NaN, Infinity, -Infinity, which are not valid JSON; as Triton) or error (rejected with 400). Default null.")]
    public NonFiniteNumbers JsonNonFinite { get; set; }

    /// <summary>Gets or sets whether the server serves its API documentation.</summary>
    [ConfigurationKeyName("enable_docs_url")]
    [Description("Serve the API documentation at /docs. Default true.")]
    public bool EnableDocsUrl { get; set; } = true;

    /// <summary>Gets or sets the origins of web pages that may call the server.</summary>
    [ConfigurationKeyName("cors_allow_origins")]
    [Description("Origins of web pages that may call the server over HTTP (CORS), separated by commas, such as https://example.org; * for all. Default: none.")]
    public string? CorsAllowOrigins { get; set; }

    /// <summary>Gets or sets the seconds until an idle connection is closed.</summary>
    [ConfigurationKeyName("timeout-keep-alive")]
    [Description("Seconds until an idle connection is closed; longer than the keep-alive of the service mesh in front. Default 65.")]
    [Range(1, 86_400)]
    public int TimeoutKeepAliveSeconds { get; set; } = 65;

    /// <summary>Gets or sets the seconds that a request may take.</summary>
    [ConfigurationKeyName("request_timeout_seconds")]
    [Description("Seconds that a request may take after its body is read; then it is removed from the queue or its run is cancelled, with 504; 0 for no limit. Default 60.")]
    [Range(0, 86_400)]
    public int RequestTimeoutSeconds { get; set; } = 60;

    /// <summary>Gets or sets the number of open connections per port.</summary>
    [ConfigurationKeyName("max_connections")]
    [Description("Largest number of open connections on each port; further connections are closed immediately. Default 10000.")]
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Gets or sets the seconds between unready and stopped.</summary>
    [ConfigurationKeyName("drain_delay_seconds")]
    [Description("Seconds after SIGTERM in which the server is unready but still serves requests, until load balancers stop sending them. Default 5.")]
    [Range(0, 3_600)]
    public int DrainDelaySeconds { get; set; } = 5;

    /// <summary>Gets or sets the seconds for requests in progress at shutdown.</summary>
    [ConfigurationKeyName("shutdown_timeout_seconds")]
    [Description("Seconds for requests in progress to finish after the server stops accepting connections; then they are aborted. Default 30.")]
    [Range(0, 86_400)]
    public int ShutdownTimeoutSeconds { get; set; } = 30;

    internal string[] AllowedOrigins => CorsAllowOrigins?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EnableGrpc && HttpPort == GrpcPort && HttpPort != 0)
            yield return new ValidationResult($"--http_port and --grpc_port should be two ports, got {HttpPort} for both.", [nameof(GrpcPort)]);
        foreach (var origin in AllowedOrigins)
        {
            if (origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == origin)) continue;
            yield return new ValidationResult($"--cors_allow_origins should be * or origins such as https://example.org, got '{origin}'.", [nameof(CorsAllowOrigins)]);
        }
    }
}
