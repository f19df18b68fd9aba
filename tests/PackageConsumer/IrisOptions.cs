using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Iris;

[SwitchOptions(typeof(IrisOptionsValidator))]
internal sealed partial class IrisOptions
{
    [ConfigurationKeyName("species")]
    [Description("Names of the species, in the order of the model's classes, separated by commas.")]
    [Required]
    public string Species { get; set; } = "setosa,versicolor,virginica";
}

[OptionsValidator]
internal sealed partial class IrisOptionsValidator : IValidateOptions<IrisOptions>;
