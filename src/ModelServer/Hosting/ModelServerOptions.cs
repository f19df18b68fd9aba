using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>How the server listens. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
public sealed class ModelServerOptions
{
    /// <summary>Address to bind.</summary>
    [ConfigurationKeyName("host")]
    [Description("Address to listen on. Default 0.0.0.0.")]
    [Required]
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>Port of the REST protocols.</summary>
    [ConfigurationKeyName("http_port")]
    [Description("Port of V1 and V2 over HTTP; 0 picks a free one. Default: the environment's PORT, else 8080.")]
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>Name of the model or service.</summary>
    [ConfigurationKeyName("model_name")]
    [Description("The model, or the inference service, that this server is. Default model.")]
    [Required]
    public string ModelName { get; set; } = "model";

    /// <summary>Largest body.</summary>
    [ConfigurationKeyName("request_payload_limit")]
    [Description("Largest request body in bytes; a larger one is refused with 413. Default 67108864 (64 MiB).")]
    [Range(1, int.MaxValue)]
    public long RequestPayloadLimit { get; set; } = 64 << 20;

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
}
