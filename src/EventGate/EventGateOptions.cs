using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.EventGate;

/// <summary>Options of prediction events. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(EventGateOptionsValidator))]
public sealed partial class EventGateOptions : IValidatableObject
{
    /// <summary>Gets or sets the URL of EventGate.</summary>
    [ConfigurationKeyName("eventgate_url")]
    [Description("URL of EventGate for prediction events, such as http://eventgate-main.discovery.wmnet:4480/v1/events. Default none: no events are sent.")]
    public string? EventGateUrl { get; set; }

    /// <summary>Gets or sets the stream of the events.</summary>
    [ConfigurationKeyName("eventgate_stream")]
    [Description("Stream of the prediction events, such as mediawiki.page_outlink_topic_prediction_change.v1. Required with --eventgate_url.")]
    public string? EventGateStream { get; set; }

    /// <summary>Gets or sets the stream of weighted tags.</summary>
    [ConfigurationKeyName("eventgate_weighted_tags_change_stream")]
    [Description("Second stream of services that predict topics of pages: tags for the search index, such as mediawiki.cirrussearch.page_weighted_tags_change.v1. Default none: no tags are sent.")]
    public string? WeightedTagsStream { get; set; }

    /// <summary>Gets or sets the key of clients that may send events.</summary>
    [ConfigurationKeyName("event_key")]
    [Description("Secret of the clients that may send a request with an event: its header x-event-key; other requests with an event are rejected with 403. Set it by its environment variable, which process lists do not show. Default none: all clients may.")]
    [RegularExpression("[!-~]*", ErrorMessage = "--event_key should have printable ASCII characters without spaces.")]
    public string? EventKey { get; set; }

    /// <summary>Gets or sets the directory of the journal.</summary>
    [ConfigurationKeyName("eventgate_outbox_dir")]
    [Description("Directory of the outbox, used by one process only; events survive the process until EventGate has accepted them. Default none: the outbox is in memory.")]
    public string? OutboxDir { get; set; }

    /// <summary>Gets or sets the dead-letter file.</summary>
    [ConfigurationKeyName("eventgate_dead_letter_file")]
    [Description("File to which undeliverable events are appended, one JSON object with time and reason per line. Default dead-letters.jsonl in --eventgate_outbox_dir; without either, dead letters are only logged.")]
    public string? DeadLetterFile { get; set; }

    /// <summary>Gets or sets the maximum size of the outbox.</summary>
    [ConfigurationKeyName("eventgate_outbox_limit")]
    [Description("Maximum size of all events in the outbox, in bytes; further events become dead letters. Default 67108864 (64 MiB, over 10,000 events of a topic model).")]
    [Range(1, int.MaxValue)]
    public int OutboxLimit { get; set; } = 64 << 20;

    /// <summary>Gets or sets the timeout of a request.</summary>
    [ConfigurationKeyName("eventgate_timeout_seconds")]
    [Description("Timeout of one request to EventGate, in seconds. Default 10.")]
    [Range(0.001, 3_600)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Gets or sets the time to send remaining events at shutdown.</summary>
    [ConfigurationKeyName("eventgate_drain_seconds")]
    [Description("Seconds to send remaining events at shutdown, after the last response and within --shutdown_timeout_seconds. Default 5.")]
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
