using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Decides about requests with an empty axis that the model does not declare. Some kernels of ONNX Runtime end the process or loop on such tensors,
/// so the graph runs only if every operator was found safe: see docs/kernels.md.
/// </summary>
internal sealed class EmptyTensors
{
    private readonly IReadOnlyList<TensorMetadata> _inputs;
    private readonly IReadOnlyList<TensorMetadata> _outputs;
    private readonly string? _unsafeOperators;
    private volatile bool _hasBatchAxis;

    private EmptyTensors(IReadOnlyList<TensorMetadata> inputs, IReadOnlyList<TensorMetadata> outputs, string? unsafeOperators, bool hasBatchAxis)
        => (_inputs, _outputs, _unsafeOperators, _hasBatchAxis) = (inputs, outputs, unsafeOperators, hasBatchAxis);

    /// <summary>Creates the rule of a model.</summary>
    /// <param name="inputs">Inputs of the graph.</param>
    /// <param name="outputs">Outputs of the graph.</param>
    /// <param name="operators">Operators of the graph; null if they are unknown.</param>
    /// <param name="hasBatchAxis">Whether the first axis of every input and output is a batch axis.</param>
    public static EmptyTensors Of(IReadOnlyList<TensorMetadata> inputs, IReadOnlyList<TensorMetadata> outputs, IReadOnlyList<string>? operators, bool hasBatchAxis)
        => new(inputs, outputs, operators is null ? "operators of ORT format" : Describe([.. operators.Where(name => !EmptyTensorOperators.Contains(name))]), hasBatchAxis);

    /// <summary>Records that rows depend on each other: zero rows are not answered without the graph.</summary>
    public void DisableBatchAxis() => _hasBatchAxis = false;

    /// <summary>Answers a request that has an empty tensor, or permits its run.</summary>
    /// <param name="model">Name of the model, for the message.</param>
    /// <param name="request">A request that matches the signature.</param>
    /// <returns>Outputs of zero rows; null when the graph may run.</returns>
    /// <exception cref="InvalidInputException">The graph may fail on an empty axis: 400.</exception>
    public InferOutput[]? Answer(string model, InferRequest request)
    {
        if (_unsafeOperators is null) return null;
        if (FindEmptyAxis(request) is not { } found) return null;
        if (_hasBatchAxis && HasZeroRows(request)) return ZeroRows(request);
        throw new InvalidInputException(
            $"input '{found.Input.Name}' of model '{model}' has shape {found.Input.Tensor.Shape}: axis {found.Axis} is empty, "
            + $"and the graph has operators that may fail on empty tensors ({_unsafeOperators}). Send at least one element along this axis");
    }

    private (InferInput Input, int Axis)? FindEmptyAxis(InferRequest request)
    {
        foreach (var input in request.Inputs)
        {
            var declared = Declared(input).Shape;
            var shape = input.Tensor.Shape;
            for (var axis = 0; axis < shape.Rank; axis++)
                if (shape[axis] == 0 && (axis >= declared.Rank || declared[axis] != 0)) return (input, axis);
        }
        return null;
    }

    // The first axis only: with another empty axis, the outputs of the graph are not known.
    private bool HasZeroRows(InferRequest request)
    {
        foreach (var input in request.Inputs)
        {
            var shape = input.Tensor.Shape.AsSpan();
            if (shape.Length == 0 || shape[0] != 0 || Declared(input).Shape is not { Rank: > 0 } declared || declared[0] != -1 || shape[1..].Contains(0)) return false;
        }
        return true;
    }

    private InferOutput[] ZeroRows(InferRequest request)
    {
        var requested = request.Outputs?.Select(output => _outputs.First(declared => declared.Name == output.Name)) ?? _outputs;
        return [.. requested.Select(output => new InferOutput(output.Name, ZeroRows(output)))];
    }

    private static Tensor ZeroRows(TensorMetadata output)
        => Tensor.Copy(output.Datatype, new Shape([0, .. output.Shape.ToArray().Skip(1).Select(dim => Math.Max(dim, 0))]), []);

    private TensorMetadata Declared(InferInput input) => _inputs.First(declared => declared.Name == input.Name);

    private static string? Describe(string[] operators) => operators.Length == 0 ? null : string.Join(", ", operators);
}
