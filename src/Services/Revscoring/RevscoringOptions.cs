using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using InferenceServices.RevisionFeatures;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Services.Revscoring;

/// <summary>What features need beside the revision, and how much a revision may cost.</summary>
[SwitchOptions(typeof(RevscoringOptionsValidator))]
internal sealed partial class RevscoringOptions
{
    [ConfigurationKeyName("hunspell_dir")]
    [Description("revscoring: directory of hunspell's dictionaries en_US, en_GB and en_AU, for models with features of words in a dictionary. Default /usr/share/hunspell.")]
    [Required]
    public string HunspellDirectory { get; set; } = EnglishAssets.DefaultDictionaryDirectory;

    [ConfigurationKeyName("idioms_file")]
    [Description("revscoring: file of English idioms, one a line, for article quality. Default: a short list of our own.")]
    public string? IdiomsFile { get; set; }

    [ConfigurationKeyName("max_revision_bytes")]
    [Description("revscoring: largest wikitext, of a revision or its parent, that features are extracted from, in bytes of UTF-8; a larger one is a 422. Default 2000000.")]
    [Range(1, int.MaxValue)]
    public int MaxRevisionBytes { get; set; } = 2_000_000;

    [ConfigurationKeyName("feature_timeout_seconds")]
    [Description("revscoring: seconds of computing that the features of one revision may take; longer is a 422. Default 10.")]
    [Range(0.01, 3600)]
    public double FeatureTimeoutSeconds { get; set; } = 10;
}
