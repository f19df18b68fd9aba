using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Services.LangId;

/// <summary>How much of a text is looked at.</summary>
[SwitchOptions(typeof(LangIdOptionsValidator))]
internal sealed partial class LangIdOptions
{
    /// <summary>Code points read.</summary>
    [ConfigurationKeyName("max_text_length")]
    [Description("langid: how many characters (code points) of a text are looked at. Default 100.")]
    [Range(1, 100_000)]
    public int MaxTextLength { get; set; } = 100;
}
