using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>What answers that are events say of themselves. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Variables and defaults of KServe's Python SDK, <c>create_response_cloudevent</c>.</remarks>
[SwitchOptions(typeof(CloudEventOptionsValidator))]
public sealed partial class CloudEventOptions
{
    /// <summary>The attribute <c>type</c>.</summary>
    [ConfigurationKeyName("ce_type")]
    [Description("CloudEvents: the type of answers. Default io.kserve.inference.response.")]
    [RegularExpression("[!-~]+", ErrorMessage = "--ce_type should be printable ASCII without spaces.")]
    public string? CeType { get; set; }

    /// <summary>The attribute <c>source</c>.</summary>
    [ConfigurationKeyName("ce_source")]
    [Description("CloudEvents: the source of answers. Default io.kserve.inference. followed by the model's name.")]
    [RegularExpression("[!-~]+", ErrorMessage = "--ce_source should be printable ASCII without spaces.")]
    public string? CeSource { get; set; }

    /// <summary>Whether the request's other attributes are the answer's too.</summary>
    [ConfigurationKeyName("ce_merge")]
    [Description("CloudEvents: copy subject, dataschema and extensions of a request to its answer. Default false.")]
    public bool CeMerge { get; set; }
}
