using System.Buffers;
using System.Diagnostics;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Graphs;
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
    /// <param name="graph">The graph.</param>
    /// <param name="intraOpNumThreads">Number of threads within one run, or <see cref="SharedPool"/>.</param>
    /// <param name="cache">Cache of optimized graphs; null: the graph is optimized at every load.</param>
    /// <param name="provider">Execution provider; null: the CPU.</param>
    /// <param name="cancellationToken">Cancels the load; the optimization of the graph reacts between its steps.</param>
    /// <exception cref="OnnxRuntimeException">The file is not a model, or the runtime does not support it.</exception>
    /// <exception cref="NotSupportedException">The protocols cannot carry an input or output.</exception>
    public ModelSession(ModelGraph graph, int intraOpNumThreads, OptimizedModelCache? cache = null, SessionProvider? provider = null, CancellationToken cancellationToken = default)
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
        provider?.AddTo(options);
        _session = cache?.Open(graph, options) ?? Open(graph, options);
        try
        {
            Inputs =
            [
                .. _session.InputNames.Select(name => Signature.Describe("input", name, _session.InputMetadata[name])),
                .. _session.OverridableInitializerMetadata.Select(pair => Signature.Describe("input", pair.Key, pair.Value) with { IsOptional = true }),
            ];
            Outputs = [.. _session.OutputNames.Select(name => Signature.Describe("output", name, _session.OutputMetadata[name])).Select(output => AddClasses(output, graph))];
        }
        catch
        {
            _session.Dispose();
            throw;
        }
        RequiredInputs = [.. Inputs.Where(input => !input.IsOptional)];
        SymbolicDimensions = new SymbolicDimensions(_session.InputMetadata);
        _inputNames = [.. Inputs.Select(input => input.Name)];
        _outputNames = [.. Outputs.Select(output => output.Name)];
    }

    /// <summary>Inputs in graph order, then initializers that a request can replace.</summary>
    public IReadOnlyList<TensorMetadata> Inputs { get; }

    /// <summary>Inputs that every request has.</summary>
    public IReadOnlyList<TensorMetadata> RequiredInputs { get; }

    /// <summary>Outputs in graph order.</summary>
    public IReadOnlyList<TensorMetadata> Outputs { get; }

    /// <summary>Checks the lengths of inputs that share a symbolic dimension.</summary>
    public SymbolicDimensions SymbolicDimensions { get; }

    /// <summary>Runs the graph once on the calling thread. Thread-safe.</summary>
    /// <param name="request">A request that matches <see cref="Inputs"/> and <see cref="Outputs"/>; it must not be disposed during the run.</param>
    /// <param name="options">Options of the calling worker. Setting <c>Terminate</c> stops the run.</param>
    /// <param name="times">Timestamps of the stages.</param>
    /// <returns>Outputs in the requested order. The caller disposes the tensors.</returns>
    /// <exception cref="OnnxRuntimeException">The run failed or was terminated.</exception>
    /// <exception cref="InvalidInputException">An output is larger than a tensor can be.</exception>
    public InferOutput[] Run(InferRequest request, RunOptions options, out InferenceTimings times)
    {
        var started = Stopwatch.GetTimestamp();
        var outputNames = request.Outputs is { } requested ? NamesOf(requested) : _outputNames;
        var inputNames = request.Inputs.Count == _inputNames.Length ? _inputNames : NamesOf(request.Inputs);
        var inputs = new OrtValue?[inputNames.Length];
        var pins = new MemoryHandle[inputNames.Length];
        var user = ArenaUsers.Shared.Add();
        try
        {
            foreach (var input in request.Inputs)
            {
                var index = Array.IndexOf(inputNames, input.Name);
                inputs[index] = OrtValueConverter.ToOrtValue(input.Tensor, out pins[index]);
            }
            var inputsReady = Stopwatch.GetTimestamp();
            var values = _session.Run(options, inputNames, inputs!, outputNames);
            var ran = Stopwatch.GetTimestamp();
            var outputs = ToOutputs(outputNames, values);
            times = new InferenceTimings(started, inputsReady, ran, Stopwatch.GetTimestamp());
            return outputs;
        }
        finally
        {
            foreach (var input in inputs) input?.Dispose();
            foreach (ref var pin in pins.AsSpan()) pin.Dispose();
            // The outputs are users now.
            ArenaUsers.Shared.Remove(user);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Opens a graph with prepared options.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">Session options. This method changes them.</param>
    public static InferenceSession Open(ModelGraph graph, SessionOptions options)
    {
        if (graph.Content is null) return new InferenceSession(graph.Path, options);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(graph.Path)));
        return new InferenceSession(graph.Content, options);
    }

    // The list is disposed only after a failure: otherwise each value is owned by its tensor.
    private static InferOutput[] ToOutputs(string[] names, IDisposableReadOnlyCollection<OrtValue> values)
    {
        try
        {
            var outputs = new InferOutput[names.Length];
            for (var i = 0; i < outputs.Length; i++) outputs[i] = new InferOutput(names[i], OrtValueConverter.ToTensor(names[i], values[i]));
            return outputs;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private static TensorMetadata AddClasses(TensorMetadata output, ModelGraph graph)
        => graph.Classes.TryGetValue(output.Name, out var classes) ? output with { Labels = classes, IsMap = true } : output;

    private static string[] NamesOf(IReadOnlyList<RequestedOutput> requested)
    {
        var names = new string[requested.Count];
        for (var i = 0; i < names.Length; i++) names[i] = requested[i].Name;
        return names;
    }

    private static string[] NamesOf(IReadOnlyList<InferInput> inputs)
    {
        var names = new string[inputs.Count];
        for (var i = 0; i < names.Length; i++) names[i] = inputs[i].Name;
        return names;
    }
}
