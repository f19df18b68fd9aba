using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>What every inference service is told of its model, beside its directory.</summary>
public sealed class InferenceServiceOptions
{
    internal const string DefaultVersion = "1";

    /// <summary>Version of the model.</summary>
    [ConfigurationKeyName("model_version")]
    [Description("Version of the service's model: in answers and events that tell it, and a part of what kept answers go by. Default 1.")]
    [Required]
    public string ModelVersion { get; set; } = DefaultVersion;
}
