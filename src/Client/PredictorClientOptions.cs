using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Client;

/// <summary>Configures the client of a remote predictor. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
[SwitchOptions(typeof(PredictorClientOptionsValidator))]
public sealed partial class PredictorClientOptions : IValidatableObject
{
    private const string Protocols = "(?i:v1|v2|grpc-v2)";

    /// <summary>Gets or sets the host and port of the predictor.</summary>
    [ConfigurationKeyName("predictor_host")]
    [Description("host or host:port of the predictor; the default port is 80, or 443 with TLS. Without a predictor the model of --model_dir runs in this process.")]
    public string? PredictorHost { get; set; }

    /// <summary>Gets or sets the protocol of requests to the predictor.</summary>
    [ConfigurationKeyName("predictor_protocol")]
    [Description("v1, v2 or grpc-v2. v2 is V2 over HTTP, with binary tensors where the predictor announces binary_tensor_data and JSON otherwise. Default v2, which preserves names and datatypes; KServe's default is v1.")]
    [RegularExpression(Protocols, ErrorMessage = "--predictor_protocol should be v1, v2 or grpc-v2.")]
    public string? PredictorProtocol { get; set; }

    /// <summary>Gets or sets the older name of <see cref="PredictorProtocol"/>.</summary>
    [ConfigurationKeyName("protocol")]
    [Description("Deprecated name of --predictor_protocol, which has precedence.")]
    [RegularExpression(Protocols, ErrorMessage = "--protocol should be v1, v2 or grpc-v2.")]
    public string? Protocol { get; set; }

    /// <summary>Gets or sets whether the client uses TLS.</summary>
    [ConfigurationKeyName("predictor_use_ssl")]
    [Description("Use TLS to the predictor. Default false.")]
    public bool PredictorUseSsl { get; set; }

    /// <summary>Gets or sets the file of trusted certificate authorities.</summary>
    [ConfigurationKeyName("predictor_ca_bundle")]
    [Description("PEM file of the certificate authorities that are trusted for the predictor. Default: the file of REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, else the system's authorities.")]
    public string? PredictorCaBundle { get; set; }

    /// <summary>Gets or sets the file of the client certificate.</summary>
    [ConfigurationKeyName("predictor_client_certificate")]
    [Description("PEM file of the client certificate, followed by its intermediate certificates. Default none.")]
    public string? PredictorClientCertificate { get; set; }

    /// <summary>Gets or sets the key file of <see cref="PredictorClientCertificate"/>.</summary>
    [ConfigurationKeyName("predictor_client_key")]
    [Description("PEM file of the key of --predictor_client_certificate. Default: that file itself.")]
    public string? PredictorClientKey { get; set; }

    /// <summary>Gets or sets the timeout of a request in seconds.</summary>
    [ConfigurationKeyName("predictor_request_timeout_seconds")]
    [Description("Timeout of a request to the predictor in seconds, including retries; then the response is 504. Default 600.")]
    [Range(1, 86_400)]
    public int PredictorRequestTimeoutSeconds { get; set; } = 600;

    /// <summary>Gets or sets the timeout of a connection attempt in seconds.</summary>
    [ConfigurationKeyName("predictor_connect_timeout_seconds")]
    [Description("Timeout of a connection attempt to the predictor in seconds. Default 5.")]
    [Range(1, 86_400)]
    public int PredictorConnectTimeoutSeconds { get; set; } = 5;

    /// <summary>Gets or sets the number of retries after failed connections.</summary>
    [ConfigurationKeyName("predictor_request_retries")]
    [Description("Retries when no connection to the predictor is established, for at most one request in five; a request that reached the predictor is never retried. Default 0.")]
    [Range(0, 10)]
    public int PredictorRequestRetries { get; set; }

    /// <summary>Gets or sets the number of requests from which the circuit can open.</summary>
    [ConfigurationKeyName("predictor_breaker_requests")]
    [Description("Requests within 30 seconds from which the circuit can open: when half of them fail to connect or time out, further requests fail immediately with 503. Default 20; 0 disables the circuit breaker.")]
    [Range(0, 1_000_000)]
    public int PredictorBreakerRequests { get; set; } = 20;

    /// <summary>Gets or sets the seconds that the circuit stays open.</summary>
    [ConfigurationKeyName("predictor_breaker_seconds")]
    [Description("Seconds that the circuit stays open before a trial request. Default 5.")]
    [Range(1, 3_600)]
    public int PredictorBreakerSeconds { get; set; } = 5;

    /// <summary>Gets or sets the largest response in bytes.</summary>
    [ConfigurationKeyName("predictor_payload_limit")]
    [Description("Largest response of the predictor in bytes; a larger response fails with 502. Default 67108864 (64 MiB).")]
    [Range(1, int.MaxValue)]
    public int PredictorPayloadLimit { get; set; } = 64 << 20;

    /// <summary>Gets or sets whether readiness depends on the predictor's.</summary>
    [ConfigurationKeyName("enable_predictor_health_check")]
    [Description("Be ready only while the predictor and its model are ready. Default false.")]
    public bool EnablePredictorHealthCheck { get; set; }

    /// <summary>The base address the options describe.</summary>
    internal Uri Address => new($"{(PredictorUseSsl ? "https" : "http")}://{PredictorHost}/");

    /// <summary>The protocol the options describe: v1, v2 or grpc-v2.</summary>
    internal string SpokenProtocol => (PredictorProtocol ?? Protocol ?? "v2").ToLowerInvariant();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(PredictorHost)
            && !(Uri.TryCreate($"http://{PredictorHost}/", UriKind.Absolute, out var address)
                && address is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }))
            yield return new ValidationResult($"--predictor_host should be a host or host:port without http://, got '{PredictorHost}'.", [nameof(PredictorHost)]);
        if (PredictorBreakerRequests == 1)
            yield return new ValidationResult("--predictor_breaker_requests should be 0, or 2 and more: half of one request is none.", [nameof(PredictorBreakerRequests)]);
        if (PredictorClientKey is not null && PredictorClientCertificate is null)
            yield return new ValidationResult("--predictor_client_key needs --predictor_client_certificate.", [nameof(PredictorClientKey)]);
    }
}
