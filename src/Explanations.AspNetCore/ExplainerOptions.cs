using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using InferenceServices.Configuration;

namespace InferenceServices.Explanations.AspNetCore;

/// <summary>What an explanation may cost. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(ExplainerOptionsValidator))]
public sealed partial class ExplainerOptions
{
    /// <summary>Milliseconds for one request's explanations.</summary>
    [ConfigurationKeyName("explain_deadline_ms")]
    [Description("Milliseconds after which an estimate is answered as good as it is by then; requests may ask for fewer. Default 2000.")]
    [Range(1, 600_000)]
    public int DeadlineMs { get; set; } = 2_000;

    /// <summary>Coalitions for one explanation at most.</summary>
    [ConfigurationKeyName("explain_samples_limit")]
    [Description("Most coalitions of features, or versions of a text, that a request may have tried for one explanation. Default 65536.")]
    [Range(64, 16_777_216)]
    public int SamplesLimit { get; set; } = 65_536;

    /// <summary>Rows in one call of the predictor.</summary>
    [ConfigurationKeyName("explain_rows_per_call")]
    [Description("Most rows that one call of the predictor holds, where the model takes more than one. Default 4096.")]
    [Range(1, 1_000_000)]
    public int RowsPerCall { get; set; } = 4_096;

    /// <summary>Gets or sets the maximum number of parts of a text that is explained. The default value is 4096.</summary>
    [ConfigurationKeyName("explain_text_parts_limit")]
    [Description("Maximum number of words or spans of a text to explain; longer texts get 400. Default 4096.")]
    [Range(1, 65_536)]
    public int TextPartsLimit { get; set; } = 4_096;

    /// <summary>Rows that stand for what is not known.</summary>
    [ConfigurationKeyName("explain_background")]
    [Description("JSON file with rows of the model's features as typical requests have them, which stand for features that are left out. Default background.json beside the model; without it, zeros.")]
    public string? Background { get; set; }

    internal ExplanationLimits ToLimits() => new() { DeadlineMs = DeadlineMs, Samples = SamplesLimit, RowsPerCall = RowsPerCall, TextParts = TextPartsLimit };
}
