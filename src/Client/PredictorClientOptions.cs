using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Client;

/// <summary>Where the predictor is and how it is spoken to. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
[SwitchOptions(typeof(PredictorClientOptionsValidator))]
public sealed partial class PredictorClientOptions : IValidatableObject
{
    private const string Protocols = "(?i:v1|v2|grpc-v2)";

    /// <summary>Host and port of the predictor.</summary>
    [ConfigurationKeyName("predictor_host")]
    [Description("host or host:port of the predictor; without a port 80, or 443 with TLS. Without a predictor the model of --model_dir runs in this process.")]
    public string? PredictorHost { get; set; }

    /// <summary>Protocol spoken to the predictor.</summary>
    [ConfigurationKeyName("predictor_protocol")]
    [Description("v1, v2 or grpc-v2. v2 is V2 over HTTP, its tensors as bytes where the predictor announces binary_tensor_data and as JSON elsewhere. Default v2; KServe's is v1, but our predictor always speaks V2, which keeps names and datatypes.")]
    [RegularExpression(Protocols, ErrorMessage = "--predictor_protocol should be v1, v2 or grpc-v2.")]
    public string? PredictorProtocol { get; set; }

    /// <summary>Older name of <see cref="PredictorProtocol"/>.</summary>
    [ConfigurationKeyName("protocol")]
    [Description("Deprecated name of --predictor_protocol, which wins.")]
    [RegularExpression(Protocols, ErrorMessage = "--protocol should be v1, v2 or grpc-v2.")]
    public string? Protocol { get; set; }

    /// <summary>TLS to the predictor.</summary>
    [ConfigurationKeyName("predictor_use_ssl")]
    [Description("Speak TLS to the predictor. Default false.")]
    public bool PredictorUseSsl { get; set; }

    /// <summary>Who may vouch for the predictor.</summary>
    [ConfigurationKeyName("predictor_ca_bundle")]
    [Description("PEM file of the authorities that may sign the predictor's certificate. Default: the environment's REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, else the system's.")]
    public string? PredictorCaBundle { get; set; }

    /// <summary>Who we are to the predictor.</summary>
    [ConfigurationKeyName("predictor_client_certificate")]
    [Description("PEM file of the certificate shown to the predictor, followed by those between it and its authority. Default none.")]
    public string? PredictorClientCertificate { get; set; }

    /// <summary>Key of <see cref="PredictorClientCertificate"/>.</summary>
    [ConfigurationKeyName("predictor_client_key")]
    [Description("PEM file of the key of --predictor_client_certificate. Default: that file itself.")]
    public string? PredictorClientKey { get; set; }

    /// <summary>Longest wait for an answer.</summary>
    [ConfigurationKeyName("predictor_request_timeout_seconds")]
    [Description("Seconds to wait for the predictor, tries and all, before answering 504. Default 600.")]
    [Range(1, 86_400)]
    public int PredictorRequestTimeoutSeconds { get; set; } = 600;

    /// <summary>Longest wait for a connection.</summary>
    [ConfigurationKeyName("predictor_connect_timeout_seconds")]
    [Description("Seconds a connection to the predictor may take before it has failed. Default 5.")]
    [Range(1, 86_400)]
    public int PredictorConnectTimeoutSeconds { get; set; } = 5;

    /// <summary>Tries after a failed connection.</summary>
    [ConfigurationKeyName("predictor_request_retries")]
    [Description("How often to try again when no connection to the predictor comes about, for at most one request in five; an answer, whatever it says, is never asked for twice. Default 0.")]
    [Range(0, 10)]
    public int PredictorRequestRetries { get; set; }

    /// <summary>When the predictor is left alone.</summary>
    [ConfigurationKeyName("predictor_breaker_requests")]
    [Description("Once half of at least so many requests within 30 seconds got no connection or no answer in time, further ones are refused with 503 at once. Default 20; 0 never does.")]
    [Range(0, 1_000_000)]
    public int PredictorBreakerRequests { get; set; } = 20;

    /// <summary>How long the predictor is left alone.</summary>
    [ConfigurationKeyName("predictor_breaker_seconds")]
    [Description("Seconds such requests are refused before one is let through to see whether the predictor is back. Default 5.")]
    [Range(1, 3_600)]
    public int PredictorBreakerSeconds { get; set; } = 5;

    /// <summary>Largest answer.</summary>
    [ConfigurationKeyName("predictor_payload_limit")]
    [Description("Largest answer of the predictor in bytes; a larger one is a 502. Default 67108864 (64 MiB).")]
    [Range(1, int.MaxValue)]
    public int PredictorPayloadLimit { get; set; } = 64 << 20;

    /// <summary>Readiness follows the predictor's.</summary>
    [ConfigurationKeyName("enable_predictor_health_check")]
    [Description("Be ready only while the predictor and its model are. Default false.")]
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
