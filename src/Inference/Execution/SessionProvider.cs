using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Adds the configured execution provider to sessions. ONNX Runtime runs the nodes that the provider does not support on the CPU. Requests and responses
/// are in the memory of the CPU; ONNX Runtime copies them.
/// </summary>
internal sealed class SessionProvider(ExecutionProvider provider, string? options)
{
    // The only option of oneDNN that the binding can set.
    private const string DnnlArena = "use_arena";

    private readonly (Dictionary<string, string> Pairs, string? Problem) _options = Parse(options ?? "");

    /// <summary>Whether all nodes run on the CPU.</summary>
    public bool IsCpu => provider == ExecutionProvider.Cpu;

    // Names of onnxruntime/core/graph/constants.h.
    private string Name => provider switch
    {
        ExecutionProvider.Cuda => "CUDAExecutionProvider",
        ExecutionProvider.TensorRT => "TensorrtExecutionProvider",
        ExecutionProvider.OpenVino => "OpenVINOExecutionProvider",
        ExecutionProvider.Dnnl => "DnnlExecutionProvider",
        _ => "CPUExecutionProvider",
    };

    /// <summary>Finds what prevents sessions with the provider.</summary>
    /// <returns>A sentence; null if the provider is usable.</returns>
    public string? FindProblem()
    {
        if (_options.Problem is { } problem) return problem;
        if (IsCpu) return _options.Pairs.Count == 0 ? null : "--execution_provider_options needs an --execution_provider other than cpu.";
        OnnxRuntime.Start();
        var available = OrtEnv.Instance().GetAvailableProviders();
        if (!available.Contains(Name))
            return $"--execution_provider needs {Name}, but the ONNX Runtime of this program has {string.Join(", ", available)} only. docs/execution-providers.md lists the packages.";
        try
        {
            using var session = new SessionOptions();
            AddTo(session);
            return null;
        }
        catch (OnnxRuntimeException exception)
        {
            return $"--execution_provider: {Name} cannot be used: {ReasonOf(exception)}";
        }
    }

    /// <summary>Adds the provider to a session.</summary>
    /// <exception cref="OnnxRuntimeException">A library of the provider is missing, or an option is unknown.</exception>
    public void AddTo(SessionOptions session)
    {
        switch (provider)
        {
            case ExecutionProvider.Cuda:
                using (var cuda = new OrtCUDAProviderOptions())
                {
                    cuda.UpdateOptions(_options.Pairs);
                    session.AppendExecutionProvider_CUDA(cuda);
                }
                break;
            case ExecutionProvider.TensorRT:
                using (var tensorRT = new OrtTensorRTProviderOptions())
                {
                    tensorRT.UpdateOptions(_options.Pairs);
                    session.AppendExecutionProvider_Tensorrt(tensorRT);
                }
                break;
            case ExecutionProvider.OpenVino:
                session.AppendExecutionProvider("OpenVINO", _options.Pairs);
                break;
            case ExecutionProvider.Dnnl:
                session.AppendExecutionProvider_Dnnl(_options.Pairs.GetValueOrDefault(DnnlArena) == "0" ? 0 : 1);
                break;
        }
    }

    private static (Dictionary<string, string> Pairs, string? Problem) Parse(string text)
    {
        string? problem = null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Length == 0 ? [] : text.Split(','))
        {
            if (pair.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, var value])
                problem ??= $"--execution_provider_options should be key=value pairs, separated by commas, as device_id=1; got '{pair}' in '{text}'.";
            else if (!options.TryAdd(key, value))
                problem ??= $"--execution_provider_options should have each key once, got '{key}' again in '{text}'.";
        }
        return (options, problem);
    }

    // "… with error: libcublas.so.13: cannot open shared object file: No such file or directory" names the missing library.
    private static string ReasonOf(OnnxRuntimeException exception)
    {
        const string Error = "with error: ";
        var message = exception.Message.Trim();
        var start = message.IndexOf(Error, StringComparison.Ordinal);
        return start < 0 ? message : message[(start + Error.Length)..];
    }
}
