using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Attributes of CloudEvent responses. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Variables and defaults of KServe's Python SDK, <c>create_response_cloudevent</c>.</remarks>
[SwitchOptions(typeof(CloudEventOptionsValidator))]
public sealed partial class CloudEventOptions
{
    /// <summary>Gets or sets the attribute <c>type</c>.</summary>
    [ConfigurationKeyName("ce_type")]
    [Description("CloudEvents: type of responses. Default io.kserve.inference.response.")]
    [RegularExpression("[!-~]+", ErrorMessage = "--ce_type should be printable ASCII without spaces.")]
    public string? CeType { get; set; }

    /// <summary>Gets or sets the attribute <c>source</c>.</summary>
    [ConfigurationKeyName("ce_source")]
    [Description("CloudEvents: source of responses. Default io.kserve.inference. followed by the model's name.")]
    [RegularExpression("[!-~]+", ErrorMessage = "--ce_source should be printable ASCII without spaces.")]
    public string? CeSource { get; set; }

    /// <summary>Gets or sets whether responses copy the request's other attributes.</summary>
    [ConfigurationKeyName("ce_merge")]
    [Description("CloudEvents: copy subject, dataschema and extension attributes from the request to the response. Default false.")]
    public bool CeMerge { get; set; }
}
