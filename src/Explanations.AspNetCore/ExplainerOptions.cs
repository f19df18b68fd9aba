using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Explanations.AspNetCore;

/// <summary>Limits of explanations. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(ExplainerOptionsValidator))]
public sealed partial class ExplainerOptions
{
    /// <summary>Gets or sets the time limit of a request in milliseconds.</summary>
    [ConfigurationKeyName("explain_deadline_ms")]
    [Description("Milliseconds after which an explanation returns the best estimate so far; a request may set a shorter limit. Default 2000.")]
    [Range(1, 600_000)]
    public int DeadlineMs { get; set; } = 2_000;

    /// <summary>Gets or sets the largest number of coalitions per explanation.</summary>
    [ConfigurationKeyName("explain_samples_limit")]
    [Description("Largest number of feature coalitions, or text variants, that a request may have evaluated for one explanation. Default 65536.")]
    [Range(64, 16_777_216)]
    public int SamplesLimit { get; set; } = 65_536;

    /// <summary>Gets or sets the largest number of rows per predictor call.</summary>
    [ConfigurationKeyName("explain_rows_per_call")]
    [Description("Largest number of rows in one call of the predictor, for models with a batch dimension. Default 4096.")]
    [Range(1, 1_000_000)]
    public int RowsPerCall { get; set; } = 4_096;

    /// <summary>Gets or sets the maximum number of parts of a text that is explained. The default value is 1024.</summary>
    [ConfigurationKeyName("explain_text_parts_limit")]
    [Description("Maximum number of words or spans of a text to explain; longer texts get 400. Default 1024.")]
    [Range(1, 65_536)]
    public int TextPartsLimit { get; set; } = 1_024;

    /// <summary>Gets or sets the maximum number of rows that are explained. The default value is 1000.</summary>
    [ConfigurationKeyName("explain_rows_limit")]
    [Description("Maximum number of rows (instances) to explain in one request; more rows get 400. Default 1000.")]
    [Range(1, 100_000)]
    public int RowsLimit { get; set; } = 1_000;

    /// <summary>Gets or sets the path of the background data set.</summary>
    [ConfigurationKeyName("explain_background")]
    [Description("JSON file with rows of typical feature values, which replace features that are left out of a coalition. Default background.json beside the model; without that file, zeros.")]
    public string? Background { get; set; }

    internal ExplanationLimits ToLimits() => new() { DeadlineMs = DeadlineMs, Samples = SamplesLimit, RowsPerCall = RowsPerCall, TextParts = TextPartsLimit, Rows = RowsLimit };
}
