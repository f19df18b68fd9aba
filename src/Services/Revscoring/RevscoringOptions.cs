using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using InferenceServices.RevisionFeatures;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Services.Revscoring;

/// <summary>Options of feature extraction from revisions.</summary>
[SwitchOptions(typeof(RevscoringOptionsValidator))]
internal sealed partial class RevscoringOptions
{
    /// <summary>Gets or sets the directory of the dictionaries.</summary>
    [ConfigurationKeyName("hunspell_dir")]
    [Description("revscoring: directory of the hunspell dictionaries, for models with dictionary features. Default /usr/share/hunspell.")]
    [Required]
    public string HunspellDirectory { get; set; } = LanguageAssets.DefaultHunspellDirectory;

    /// <summary>Gets or sets the file of English idioms.</summary>
    [ConfigurationKeyName("idioms_file")]
    [Description("revscoring: file of English idioms, one per line, for article quality. Default: a short built-in list.")]
    public string? IdiomsFile { get; set; }

    /// <summary>Gets or sets the host of the wiki.</summary>
    [ConfigurationKeyName("wiki_host")]
    [Description("revscoring: host of the model's wiki, such as en.wikipedia.org. Default: the domain of the wiki in --model_name.")]
    [RegularExpression("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", ErrorMessage = "--wiki_host should be a host name, such as en.wikipedia.org.")]
    public string? WikiHost { get; set; }

    /// <summary>Gets or sets the largest wikitext in bytes.</summary>
    [ConfigurationKeyName("max_revision_bytes")]
    [Description("revscoring: largest wikitext of a revision or its parent, in bytes of UTF-8; a larger wikitext is a 422. Default 2000000.")]
    [Range(1, int.MaxValue)]
    public int MaxRevisionBytes { get; set; } = 2_000_000;

    /// <summary>Gets or sets the time limit of feature extraction in seconds.</summary>
    [ConfigurationKeyName("feature_timeout_seconds")]
    [Description("revscoring: seconds of computation for the features of one revision; more is a 422. Default 10.")]
    [Range(0.01, 3600)]
    public double FeatureTimeoutSeconds { get; set; } = 10;
}
