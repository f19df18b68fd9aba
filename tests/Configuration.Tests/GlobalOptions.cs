using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

/// <summary>Options outside of a namespace, as next to top-level statements.</summary>
[SwitchOptions(typeof(GlobalOptionsValidator))]
internal sealed partial class GlobalOptions
{
    [ConfigurationKeyName("size")]
    [Description("A size.")]
    [Range(1, 10)]
    public int Size { get; set; } = 1;
}

[OptionsValidator]
internal sealed partial class GlobalOptionsValidator : IValidateOptions<GlobalOptions>;
