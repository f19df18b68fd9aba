using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Repository;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Inference;

/// <summary>Configures the engine: the model and how it runs. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(InferenceOptionsValidator))]
public sealed partial class InferenceOptions : ModelOptions, IValidatableObject
{
    internal const int MaxThreads = 256;

    /// <summary>Gets or sets which versions of a model are served.</summary>
    [ConfigurationKeyName("model_versions")]
    [Description($"Versions of a model to serve: {VersionPolicy.Expected}. Default all; the highest answers unless a request names another.")]
    [RegularExpression(VersionPolicy.Pattern, ErrorMessage = $"--model_versions should be {VersionPolicy.Expected}.")]
    public string ModelVersions { get; set; } = "all";

    /// <summary>Gets or sets whether a model that cannot be loaded stops the start.</summary>
    [ConfigurationKeyName("exit_on_model_error")]
    [Description("Whether the server stops when a model cannot be loaded at start; if false, the server serves the other models. Default true.")]
    public bool ExitOnModelError { get; set; } = true;

    /// <summary>Gets or sets the seconds that the load of a model may take.</summary>
    [ConfigurationKeyName("model_load_timeout_seconds")]
    [Description("Seconds that the load of a model may take, including its warm-up; then the load fails and the server continues. Default 300.")]
    [Range(1, 86_400)]
    public int ModelLoadTimeoutSeconds { get; set; } = 300;

    /// <summary>Gets or sets the number of loads that run at a time.</summary>
    [ConfigurationKeyName("model_load_thread_count")]
    [Description("Loads of models by request that run at a time; further loads wait, and the wait does not count towards --model_load_timeout_seconds. Default 0: one per processor, at least two.")]
    [Range(0, MaxThreads)]
    public int ModelLoadThreadCount { get; set; }

    /// <summary>Gets or sets the poll interval of the model repository in seconds.</summary>
    [ConfigurationKeyName("repository_poll_secs")]
    [Description("Seconds between polls of --model_dir for changed files, which are then reloaded. Default 0: no polling; models reload by request only.")]
    [Range(0, 86_400)]
    public int RepositoryPollSecs { get; set; }

    /// <summary>Gets or sets the capacity of a model version's queue.</summary>
    [ConfigurationKeyName("queue_capacity")]
    [Description("Requests that may wait for one model; further requests are rejected with 429. Default 512.")]
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 512;

    /// <summary>Gets or sets the largest number of rows of one request.</summary>
    [ConfigurationKeyName("request_rows_limit")]
    [Description("Largest number of rows of one request to a model; more rows are rejected with 400. Default 10000000.")]
    [Range(1, int.MaxValue)]
    public int RequestRowsLimit { get; set; } = 10_000_000;

    /// <summary>Gets or sets the largest batch size in rows.</summary>
    [ConfigurationKeyName("max_batch_size")]
    [Description("Largest batch size in rows; 1 disables batching. Default 32.")]
    [Range(1, 65_536)]
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>Gets or sets the milliseconds that a request may wait for its batch to fill.</summary>
    [ConfigurationKeyName("max_latency")]
    [Description("Milliseconds that a request may wait for its batch to fill. Default 0: a batch consists of the requests that queued while the last batch ran.")]
    [Range(0, 60_000)]
    public int MaxLatency { get; set; }

    /// <summary>Gets or sets the number of batches of a model version that run at the same time.</summary>
    [ConfigurationKeyName("executors")]
    [Description("Batches of one model that run at the same time. Default 1.")]
    [Range(1, 256)]
    public int Executors { get; set; } = 1;

    /// <summary>Gets or sets the number of ONNX Runtime threads per run.</summary>
    [ConfigurationKeyName("intra_op_num_threads")]
    [Description("Threads of ONNX Runtime within one run. Default 0: one for a model that runs a row in 2 ms, else a pool shared by all models, with one thread per processor of the container.")]
    [Range(0, MaxThreads)]
    public int IntraOpNumThreads { get; set; }

    /// <summary>Gets or sets whether models load whose operators may end the process and cannot be guarded.</summary>
    [ConfigurationKeyName("allow_unsafe_operators")]
    [Description("Load models with operators that can end the process or run without end because of values in a request and that cannot be guarded (docs/kernels.md). Default false: loading fails.")]
    public bool AllowUnsafeOperators { get; set; }

    /// <summary>Gets or sets the directory of optimized models.</summary>
    [ConfigurationKeyName("optimized_model_dir")]
    [Description("Directory for models as optimized by ONNX Runtime for this processor, for faster starts; created if it does not exist. Default none.")]
    public string? OptimizedModelDir { get; set; }

    /// <summary>Gets or sets where ONNX Runtime runs the nodes of models.</summary>
    [ConfigurationKeyName("execution_provider")]
    [Description("Execution provider of ONNX Runtime: cpu, cuda, tensorrt, openvino or dnnl. The CPU runs nodes that the provider does not support. Default cpu; others need another package of ONNX Runtime (docs/execution-providers.md).")]
    public ExecutionProvider ExecutionProvider { get; set; }

    /// <summary>Gets or sets the options of the execution provider.</summary>
    [ConfigurationKeyName("execution_provider_options")]
    [Description("Options of the execution provider as key=value, separated by commas, as device_id=1,gpu_mem_limit=2147483648. Default none.")]
    public string? ExecutionProviderOptions { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (new SessionProvider(ExecutionProvider, ExecutionProviderOptions).FindProblem() is { } problem)
            yield return new ValidationResult(problem, [nameof(ExecutionProvider)]);
        // A provider's compiled nodes cannot be stored, or belong to one device.
        if (ExecutionProvider != ExecutionProvider.Cpu && OptimizedModelDir is { Length: > 0 })
            yield return new ValidationResult("--optimized_model_dir needs --execution_provider=cpu.", [nameof(OptimizedModelDir)]);
    }
}
