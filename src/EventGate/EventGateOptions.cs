using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.EventGate;

/// <summary>Where events of predictions go. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
public sealed class EventGateOptions : IValidatableObject
{
    /// <summary>Whom events are sent to.</summary>
    [ConfigurationKeyName("eventgate_url")]
    [Description("URL that events of predictions are sent to, as http://eventgate-main.discovery.wmnet:4480/v1/events. Default none: no events.")]
    public string? EventGateUrl { get; set; }

    /// <summary>Their stream.</summary>
    [ConfigurationKeyName("eventgate_stream")]
    [Description("Stream of those events, as mediawiki.page_outlink_topic_prediction_change.v1. Wanted with --eventgate_url.")]
    public string? EventGateStream { get; set; }

    /// <summary>Where events wait.</summary>
    [ConfigurationKeyName("eventgate_outbox_dir")]
    [Description("Directory of this process alone that keeps events until EventGate has taken them, so that they outlive the process. Default none: they wait in memory.")]
    public string? OutboxDir { get; set; }

    /// <summary>Where events go that cannot be sent.</summary>
    [ConfigurationKeyName("eventgate_dead_letter_file")]
    [Description("File that events which cannot be sent are appended to, a JSON object a line with time and reason. Default dead-letters.jsonl in --eventgate_outbox_dir; without either, only the log tells of them.")]
    public string? DeadLetterFile { get; set; }

    /// <summary>How much may wait.</summary>
    [ConfigurationKeyName("eventgate_outbox_limit")]
    [Description("Bytes of events that may wait for EventGate; further ones are dead letters. Default 67108864 (64 MiB, over 10,000 events of a topic model).")]
    [Range(1, int.MaxValue)]
    public int OutboxLimit { get; set; } = 64 << 20;

    /// <summary>Longest wait for an answer.</summary>
    [ConfigurationKeyName("eventgate_timeout_seconds")]
    [Description("Seconds EventGate may take for one answer. Default 10.")]
    [Range(0.001, 3_600)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Longest wait at the end.</summary>
    [ConfigurationKeyName("eventgate_drain_seconds")]
    [Description("Seconds that waiting events may still be sent for once the last request has been answered at shutdown, within --shutdown_timeout_seconds. Default 5.")]
    [Range(0, 3_600)]
    public double DrainSeconds { get; set; } = 5;

    internal Uri? Url => EventGateUrl is { Length: > 0 } url ? new Uri(url) : null;

    internal string? DeadLetterPath => DeadLetterFile is { Length: > 0 } file ? file
        : OutboxDir is { Length: > 0 } directory ? Path.Combine(directory, "dead-letters.jsonl")
        : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EventGateUrl is not { Length: > 0 }) yield break;
        if (!(Uri.TryCreate(EventGateUrl, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Fragment: "", UserInfo: "" }))
            yield return new ValidationResult($"--eventgate_url should be an http:// or https:// URL, got '{EventGateUrl}'.", [nameof(EventGateUrl)]);
        if (EventGateStream is not { Length: > 0 })
            yield return new ValidationResult("--eventgate_url needs --eventgate_stream, the stream of the events.", [nameof(EventGateStream)]);
    }
}
