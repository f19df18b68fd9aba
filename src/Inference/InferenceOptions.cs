using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using InferenceServices.Inference.Repository;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Inference;

/// <summary>Which model is run, and with what. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(InferenceOptionsValidator))]
public sealed partial class InferenceOptions : ModelOptions
{
    /// <summary>Which versions of a model are served.</summary>
    [ConfigurationKeyName("model_versions")]
    [Description($"Versions of a model to serve: {VersionPolicy.Expected}. Default all; the highest answers unless a request names another.")]
    [RegularExpression(VersionPolicy.Pattern, ErrorMessage = $"--model_versions should be {VersionPolicy.Expected}.")]
    public string ModelVersions { get; set; } = "all";

    /// <summary>Seconds between two looks at the files.</summary>
    [ConfigurationKeyName("repository_poll_secs")]
    [Description("Seconds after which --model_dir is looked at again and loaded anew where files have changed. Default 0: never; only load requests do.")]
    [Range(0, 86_400)]
    public int RepositoryPollSecs { get; set; }

    /// <summary>Waiting requests per model version.</summary>
    [ConfigurationKeyName("queue_capacity")]
    [Description("Requests that may wait for one model; the next is refused with 429. Default 512.")]
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 512;

    /// <summary>Rows per run.</summary>
    [ConfigurationKeyName("max_batch_size")]
    [Description("Most rows that waiting requests may be joined to for one run of the model; 1 runs each alone. Default 32.")]
    [Range(1, 65_536)]
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>Milliseconds a request may be kept back for others to join it.</summary>
    [ConfigurationKeyName("max_latency")]
    [Description("Milliseconds that a request may be kept back for others to join its run. Default 0: what queued while the last batch ran is the next one.")]
    [Range(0, 60_000)]
    public int MaxLatency { get; set; }

    /// <summary>Executor threads per model version.</summary>
    [ConfigurationKeyName("executors")]
    [Description("Threads that run one model, each one batch at a time. Default 1.")]
    [Range(1, 256)]
    public int Executors { get; set; } = 1;

    /// <summary>ONNX Runtime threads per run.</summary>
    [ConfigurationKeyName("intra_op_num_threads")]
    [Description("Threads ONNX Runtime may use within one run. Default 0: one for a model that runs a row in 2 ms, else a pool that all models share, with as many as the container has processors.")]
    [Range(0, 256)]
    public int IntraOpNumThreads { get; set; }

    /// <summary>Where optimised graphs are kept.</summary>
    [ConfigurationKeyName("optimized_model_dir")]
    [Description("Directory where models are kept as ONNX Runtime optimised them for this processor, for faster starts; it is made where it is missing. Default none.")]
    public string? OptimizedModelDir { get; set; }
}
