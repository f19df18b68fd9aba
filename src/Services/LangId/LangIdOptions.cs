using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Services.LangId;

/// <summary>Options of language identification.</summary>
[SwitchOptions(typeof(LangIdOptionsValidator))]
internal sealed partial class LangIdOptions
{
    /// <summary>Gets or sets the number of code points that are read.</summary>
    [ConfigurationKeyName("max_text_length")]
    [Description("langid: number of characters (code points) of a text that are read. Default 100.")]
    [Range(1, 100_000)]
    public int MaxTextLength { get; set; } = 100;
}
