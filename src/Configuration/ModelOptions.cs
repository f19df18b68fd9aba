using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Configuration;

/// <summary>The model that a server serves. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults of KServe's Python SDK, <c>model_server.py</c>, where it has the switch.</remarks>
[SwitchOptions(typeof(ModelOptionsValidator))]
public partial class ModelOptions
{
    /// <summary>Name of a model without another name.</summary>
    public const string DefaultModelName = "model";

    /// <summary>Gets or sets the name of the model or inference service.</summary>
    [ConfigurationKeyName("model_name")]
    [Description("Name of the model or of the inference service; in a directory of several models each has its folder's name. Default model.")]
    [Required(ErrorMessage = "--model_name needs a value.")]
    public string ModelName { get; set; } = DefaultModelName;

    /// <summary>Gets or sets the path of the model.</summary>
    [ConfigurationKeyName("model_dir")]
    [Description("Path of the model: an .onnx file, a directory with one, a directory of numbered versions, or a directory of such models. Default /mnt/models.")]
    [Required(ErrorMessage = "--model_dir needs a value.")]
    public string ModelDir { get; set; } = "/mnt/models";

    /// <summary>Gets or sets whether models are loaded on demand.</summary>
    [ConfigurationKeyName("multi_model_server")]
    [Description("Start without models and load those of --model_dir on demand; ready without models. KServe sets it for its agent. Default false.")]
    public bool MultiModelServer { get; set; }
}
