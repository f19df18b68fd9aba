using System.Buffers;
using System.Diagnostics;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>One ONNX graph, ready to run. Runs may overlap; disposing must not overlap a run.</summary>
internal sealed class ModelSession : IDisposable
{
    /// <summary>Instead of a number of threads: those that all sessions share.</summary>
    public const int SharedPool = 0;

    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;

    /// <summary>Loads and optimises a graph.</summary>
    /// <param name="path">An <c>.onnx</c> or <c>.ort</c> file.</param>
    /// <param name="intraOpNumThreads">Threads within one run, or <see cref="SharedPool"/>.</param>
    /// <param name="cache">Where graphs are kept as the runtime optimised them; null to optimise at every load.</param>
    /// <exception cref="OnnxRuntimeException">Not a model, or one this runtime cannot run.</exception>
    public ModelSession(string path, int intraOpNumThreads, OptimizedModelCache? cache = null)
    {
        OnnxRuntime.Start();
        using var options = new SessionOptions
        {
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            // A pattern is remembered for every combination of lengths that callers think of, for good.
            EnableMemoryPattern = false,
        };
        if (intraOpNumThreads == SharedPool && OnnxRuntime.SharesThreads) options.DisablePerSessionThreads();
        else options.IntraOpNumThreads = intraOpNumThreads == SharedPool ? Environment.ProcessorCount : intraOpNumThreads;
        // A spinning pool burns the processor that Kestrel needs when both share a few cores.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = cache?.Open(path, options) ?? new InferenceSession(path, options);
        Inputs = Describe(_session.InputMetadata, _session.InputNames, "input");
        Outputs = Describe(_session.OutputMetadata, _session.OutputNames, what: null);
        SharedAxes = new SharedAxes(_session.InputMetadata);
        _inputNames = [.. Inputs.Select(input => input.Name)];
        _outputNames = [.. Outputs.Select(output => output.Name)];
    }

    /// <summary>In the graph's order.</summary>
    public IReadOnlyList<TensorMetadata> Inputs { get; }

    /// <summary>In the graph's order; outputs that are no tensors are left out.</summary>
    public IReadOnlyList<TensorMetadata> Outputs { get; }

    /// <summary>What the graph says of its inputs' lengths.</summary>
    public SharedAxes SharedAxes { get; }

    /// <summary>Runs the graph once, on the calling thread. Safe to call concurrently.</summary>
    /// <param name="request">Fits <see cref="Inputs"/> and <see cref="Outputs"/>; read until this returns.</param>
    /// <param name="options">Of the calling executor; setting <c>Terminate</c> ends the run.</param>
    /// <param name="times">When it came to its stages.</param>
    /// <returns>In the order asked for. The caller disposes the tensors.</returns>
    /// <exception cref="OnnxRuntimeException">The graph failed or was ended.</exception>
    public InferOutput[] Run(InferRequest request, RunOptions options, out InferenceTimings times)
    {
        var started = Stopwatch.GetTimestamp();
        var outputNames = request.Outputs is { } wanted ? NamesOf(wanted) : _outputNames;
        var inputs = new OrtValue?[_inputNames.Length];
        var pins = new MemoryHandle[_inputNames.Length];
        try
        {
            foreach (var input in request.Inputs)
            {
                var index = Array.IndexOf(_inputNames, input.Name);
                inputs[index] = OrtTensors.Wrap(input.Tensor, out pins[index]);
            }
            var inputsReady = Stopwatch.GetTimestamp();
            // The list of results is not disposed: each value now belongs to its tensor.
            var values = _session.Run(options, _inputNames, inputs!, outputNames);
            var ran = Stopwatch.GetTimestamp();
            var outputs = new InferOutput[outputNames.Length];
            for (var i = 0; i < outputs.Length; i++) outputs[i] = new InferOutput(outputNames[i], OrtTensors.Unwrap(values[i]));
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

    private static string[] NamesOf(IReadOnlyList<RequestedOutput> wanted)
    {
        var names = new string[wanted.Count];
        for (var i = 0; i < names.Length; i++) names[i] = wanted[i].Name;
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
