using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>What the service says of its model.</summary>
internal sealed class OutlinkTopicOptions
{
    /// <summary>In events, and in what answers are kept by.</summary>
    [ConfigurationKeyName("model_version")]
    [Description("Version of the service's model: in the events it sends, and a part of what kept answers go by. Default 1.")]
    [Required]
    public string ModelVersion { get; set; } = "1";
}
