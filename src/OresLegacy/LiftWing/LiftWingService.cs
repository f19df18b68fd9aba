using InferenceServices.Http;
using InferenceServices.OresLegacy.Hosting;
using Polly;
using Polly.CircuitBreaker;

namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>One revscoring service: its address, its Host header and its circuit breaker.</summary>
internal sealed class LiftWingService
{
    private readonly CircuitBreakerStateProvider _circuit = new();

    /// <param name="call">A call of the service.</param>
    /// <param name="options">Address, pattern of the Host header, limits of the breaker.</param>
    /// <param name="time">Clock of the breaker.</param>
    /// <param name="logger">Logger of the breaker's state changes.</param>
    public LiftWingService(ScoreCall call, OresLegacyOptions options, TimeProvider time, ILogger logger)
    {
        Address = new Uri($"{options.LiftWingUrl!.TrimEnd('/')}/v1/models/{Uri.EscapeDataString(call.Service)}:predict");
        Host = options.LiftWingHost
            .Replace("{wiki}", call.Wiki, StringComparison.Ordinal)
            .Replace("{model}", call.Model, StringComparison.Ordinal)
            .Replace("{namespace}", NamespaceOf(call.Model), StringComparison.Ordinal);
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.BreakerCalls > 0)
        {
            pipeline.AddCircuitBreaker(CircuitBreaker.CreateOptions(
                options.BreakerCalls,
                TimeSpan.FromSeconds(options.BreakerSeconds),
                _circuit,
                static outcome => outcome.Result is CallResult { Outcome: CallOutcome.Unavailable },
                breakDuration => Log.CircuitOpened(logger, call.Service, breakDuration.TotalSeconds),
                () => Log.CircuitClosed(logger, call.Service)));
        }
        Pipeline = pipeline.Build();
    }

    /// <summary>Gets the URL of predict.</summary>
    public Uri Address { get; }

    /// <summary>Gets the Host header; empty: that of the URL.</summary>
    public string Host { get; }

    /// <summary>Gets the circuit breaker.</summary>
    public ResiliencePipeline Pipeline { get; }

    /// <summary>Gets whether the circuit is open: the breaker fails calls, or lets one probe the service.</summary>
    public bool IsOpen => _circuit.CircuitState == CircuitState.Open;

    // Namespaces of Lift Wing.
    private static string NamespaceOf(string model) => model switch
    {
        "damaging" or "goodfaith" or "reverted" => $"revscoring-editquality-{model}",
        "itemquality" => "revscoring-articlequality",
        "itemtopic" => "revscoring-articletopic",
        _ => $"revscoring-{model}",
    };
}
