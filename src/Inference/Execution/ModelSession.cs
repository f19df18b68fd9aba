using System.Buffers;
using System.Diagnostics;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>An ONNX Runtime session of one model. Runs may be concurrent; dispose only when no run is active.</summary>
internal sealed class ModelSession : IDisposable
{
    /// <summary>Value for the number of threads: use the pool that all sessions share.</summary>
    public const int SharedPool = 0;

    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;

    /// <summary>Loads and optimizes a graph.</summary>
    /// <param name="path">An <c>.onnx</c> or <c>.ort</c> file.</param>
    /// <param name="intraOpNumThreads">Number of threads within one run, or <see cref="SharedPool"/>.</param>
    /// <param name="cache">Cache of optimized graphs; null: the graph is optimized at every load.</param>
    /// <param name="cancellationToken">Cancels the load; the optimization of the graph reacts between its steps.</param>
    /// <exception cref="OnnxRuntimeException">The file is not a model, or the runtime does not support it.</exception>
    public ModelSession(string path, int intraOpNumThreads, OptimizedModelCache? cache = null, CancellationToken cancellationToken = default)
    {
        OnnxRuntime.Start();
        using var options = new SessionOptions
        {
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            // The runtime would store a pattern for every combination of input shapes and never evict one.
            EnableMemoryPattern = false,
        };
        using var cancellation = cancellationToken.UnsafeRegister(static options => ((SessionOptions)options!).SetLoadCancellationFlag(true), options);
        if (intraOpNumThreads == SharedPool && OnnxRuntime.SharesThreads) options.DisablePerSessionThreads();
        else options.IntraOpNumThreads = intraOpNumThreads == SharedPool ? Environment.ProcessorCount : intraOpNumThreads;
        // A spinning pool takes CPU time from Kestrel when both share a few cores.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        OnnxRuntime.LimitMemory(options);
        _session = cache?.Open(path, options) ?? new InferenceSession(path, options);
        OnnxRuntime.FindArena(_session);
        Inputs = Describe(_session.InputMetadata, _session.InputNames, "input");
        Outputs = Describe(_session.OutputMetadata, _session.OutputNames, what: null);
        SymbolicDimensions = new SymbolicDimensions(_session.InputMetadata);
        _inputNames = [.. Inputs.Select(input => input.Name)];
        _outputNames = [.. Outputs.Select(output => output.Name)];
    }

    /// <summary>Inputs in graph order.</summary>
    public IReadOnlyList<TensorMetadata> Inputs { get; }

    /// <summary>Outputs in graph order, without outputs that are not tensors.</summary>
    public IReadOnlyList<TensorMetadata> Outputs { get; }

    /// <summary>Checks the lengths of inputs that share a symbolic dimension.</summary>
    public SymbolicDimensions SymbolicDimensions { get; }

    /// <summary>Runs the graph once on the calling thread. Thread-safe.</summary>
    /// <param name="request">A request that matches <see cref="Inputs"/> and <see cref="Outputs"/>; it must not be disposed during the run.</param>
    /// <param name="options">Options of the calling worker. Setting <c>Terminate</c> stops the run.</param>
    /// <param name="times">Timestamps of the stages.</param>
    /// <returns>Outputs in the requested order. The caller disposes the tensors.</returns>
    /// <exception cref="OnnxRuntimeException">The run failed or was terminated.</exception>
    public InferOutput[] Run(InferRequest request, RunOptions options, out InferenceTimings times)
    {
        var started = Stopwatch.GetTimestamp();
        var outputNames = request.Outputs is { } requested ? NamesOf(requested) : _outputNames;
        var inputs = new OrtValue?[_inputNames.Length];
        var pins = new MemoryHandle[_inputNames.Length];
        try
        {
            foreach (var input in request.Inputs)
            {
                var index = Array.IndexOf(_inputNames, input.Name);
                inputs[index] = OrtValueConverter.ToOrtValue(input.Tensor, out pins[index]);
            }
            var inputsReady = Stopwatch.GetTimestamp();
            // The list is not disposed: each value is now owned by its tensor.
            var values = _session.Run(options, _inputNames, inputs!, outputNames);
            var ran = Stopwatch.GetTimestamp();
            var outputs = new InferOutput[outputNames.Length];
            for (var i = 0; i < outputs.Length; i++) outputs[i] = new InferOutput(outputNames[i], OrtValueConverter.ToTensor(values[i]));
            times = new InferenceTimings(started, inputsReady, ran, Stopwatch.GetTimestamp());
            return outputs;
        }
        finally
        {
            foreach (var input in inputs) input?.Dispose();
            foreach (ref var pin in pins.AsSpan()) pin.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    private static string[] NamesOf(IReadOnlyList<RequestedOutput> requested)
    {
        var names = new string[requested.Count];
        for (var i = 0; i < names.Length; i++) names[i] = requested[i].Name;
        return names;
    }

    private static List<TensorMetadata> Describe(IReadOnlyDictionary<string, NodeMetadata> nodes, IReadOnlyList<string> names, string? what)
    {
        var described = new List<TensorMetadata>(names.Count);
        foreach (var name in names)
        {
            var node = nodes[name];
            if (node.IsTensor && node.ElementDataType.ToWire() is { } datatype)
            {
                described.Add(new TensorMetadata(name, datatype, new Shape([.. node.Dimensions.Select(dim => (long)dim)])));
            }
            else if (what is not null)
            {
                throw new NotSupportedException($"{what} '{name}' is of type {(node.IsTensor ? node.ElementDataType : node.OnnxValueType)}, which the protocol cannot carry");
            }
        }
        return described;
    }
}
