using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.PredictorClient;

/// <summary>Where the predictor is. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>.</remarks>
public sealed class PredictorClientOptions : IValidatableObject
{
    /// <summary>Host and port of the predictor.</summary>
    [ConfigurationKeyName("predictor_host")]
    [Description("host or host:port of the predictor. Without it the model of --model_dir runs in this process.")]
    public string? PredictorHost { get; set; }

    /// <summary>Protocol spoken to the predictor.</summary>
    [ConfigurationKeyName("predictor_protocol")]
    [Description("v1 (KServe's default) or v2; tensors are sent as V2 over HTTP for both, which our predictor always speaks. Default v1.")]
    [RegularExpression("v1|v2", ErrorMessage = "--predictor_protocol should be v1 or v2.")]
    public string PredictorProtocol { get; set; } = "v1";

    /// <summary>TLS to the predictor.</summary>
    [ConfigurationKeyName("predictor_use_ssl")]
    [Description("Speak https to the predictor. Default false.")]
    public bool PredictorUseSsl { get; set; }

    /// <summary>Longest wait for an answer.</summary>
    [ConfigurationKeyName("predictor_request_timeout_seconds")]
    [Description("Seconds to wait for the predictor before answering 504. Default 600.")]
    [Range(1, 86_400)]
    public int PredictorRequestTimeoutSeconds { get; set; } = 600;

    /// <summary>Tries after a failed connection.</summary>
    [ConfigurationKeyName("predictor_request_retries")]
    [Description("How often to try again when the predictor cannot be reached; an answer, whatever it says, is never asked for twice. Default 0.")]
    [Range(0, 10)]
    public int PredictorRequestRetries { get; set; }

    /// <summary>Readiness follows the predictor's.</summary>
    [ConfigurationKeyName("enable_predictor_health_check")]
    [Description("Be ready only while the predictor's model is. Default false.")]
    public bool EnablePredictorHealthCheck { get; set; }

    /// <summary>The base address the options describe.</summary>
    internal Uri Address => new($"{(PredictorUseSsl ? "https" : "http")}://{PredictorHost}/");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(PredictorHost)
            || (Uri.TryCreate($"http://{PredictorHost}/", UriKind.Absolute, out var address)
                && address is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" })) yield break;
        yield return new ValidationResult($"--predictor_host should be a host or host:port without http://, got '{PredictorHost}'.", [nameof(PredictorHost)]);
    }
}
