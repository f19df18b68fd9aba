using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Options of every inference service, in addition to <see cref="ModelOptions"/>.</summary>
[SwitchOptions(typeof(InferenceServiceOptionsValidator))]
public sealed partial class InferenceServiceOptions
{
    /// <summary>Gets or sets the version of the model.</summary>
    [ConfigurationKeyName("model_version")]
    [Description("Version of the service's model: part of the responses and events that contain a version, and of the keys of cached responses. Default 1.")]
    [Required]
    public string ModelVersion { get; set; } = "1";
}
