using System.Globalization;
using System.Numerics;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Converts an output to its best classes: BYTES elements <c>value:index</c> or <c>value:index:label</c>, best first.</summary>
/// <remarks>Triton, classification extension.</remarks>
internal static class Classification
{
    private const int MaxElements = 1_000_000;

    /// <summary>Returns whether a request has a classification parameter.</summary>
    public static bool IsRequested(InferRequest request)
    {
        if (request.Outputs is not { } outputs) return false;
        for (var i = 0; i < outputs.Count; i++)
            if (outputs[i].Classification > 0) return true;
        return false;
    }

    /// <summary>Replaces the outputs for which classes are requested.</summary>
    /// <param name="request">Request with the outputs and the number of classes.</param>
    /// <param name="response">Response of the model; returned unchanged if no classes are requested, otherwise the replaced tensors are disposed.</param>
    /// <param name="model">Metadata with batch axes and labels of the outputs.</param>
    /// <exception cref="InvalidInputException">An output cannot be classified: 400.</exception>
    public static InferResponse Apply(InferRequest request, InferResponse response, ModelMetadata model)
    {
        var outputs = response.Outputs.ToArray();
        for (var i = 0; i < outputs.Length; i++)
        {
            var name = outputs[i].Name;
            if (request.Outputs!.FirstOrDefault(requested => requested.Name == name) is not { Classification: > 0 and var classes }) continue;
            var declared = model.Outputs.FirstOrDefault(output => output.Name == name);
            using var tensor = outputs[i].Tensor;
            outputs[i] = new InferOutput(name, Classify(name, tensor, classes, hasBatch: declared is { Shape.Rank: > 0 } && declared.Shape[0] == -1, declared?.Labels));
        }
        return response with { Outputs = outputs };
    }

    private static Tensor Classify(string name, Tensor tensor, int classes, bool hasBatch, IReadOnlyList<string>? labels)
    {
        _ = tensor.Shape.TryGetElementCount(out var count);
        if (count > MaxElements)
            throw new InvalidInputException($"class result not available for output '{name}': it has {count} elements, more than {MaxElements}");
        var rows = hasBatch ? (int)tensor.Shape[0] : 1;
        var width = rows == 0 ? 0 : count / rows;
        var top = Math.Min(classes, width);
        using var builder = new TensorBuilder(Datatype.Bytes, rows * top * 5);
        for (var row = 0; row < rows; row++) AppendRow(builder, name, tensor, row * width, width, top, labels);
        return builder.Build(hasBatch ? new Shape(rows, top) : new Shape(top));
    }

    private static void AppendRow(TensorBuilder builder, string name, Tensor tensor, int start, int width, int top, IReadOnlyList<string>? labels)
    {
        switch (tensor.Datatype)
        {
            case Datatype.Fp32: Append(builder, tensor.Values<float>().Slice(start, width), top, labels, "F6"); break;
            case Datatype.Fp64: Append(builder, tensor.Values<double>().Slice(start, width), top, labels, "F6"); break;
            case Datatype.Int64: Append(builder, tensor.Values<long>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Int32: Append(builder, tensor.Values<int>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Int16: Append(builder, tensor.Values<short>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Int8: Append(builder, tensor.Values<sbyte>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Uint64: Append(builder, tensor.Values<ulong>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Uint32: Append(builder, tensor.Values<uint>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Uint16: Append(builder, tensor.Values<ushort>().Slice(start, width), top, labels, "D"); break;
            case Datatype.Uint8 or Datatype.Bool: Append(builder, tensor.Values<byte>().Slice(start, width), top, labels, "D"); break;
            default: throw new InvalidInputException($"class result not available for output '{name}' due to unsupported type '{tensor.Datatype.ToWire()}'");
        }
    }

    private static void Append<T>(TensorBuilder builder, ReadOnlySpan<T> values, int top, IReadOnlyList<string>? labels, string format)
        where T : unmanaged, INumber<T>
    {
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var ranked = values.ToArray();
        // Equal values are ordered by index, so that results are reproducible; NaN is last.
        Array.Sort(order, (left, right) => ranked[right].CompareTo(ranked[left]) is not 0 and var byValue ? byValue : left.CompareTo(right));
        for (var rank = 0; rank < top; rank++)
        {
            var index = order[rank];
            var text = string.Create(CultureInfo.InvariantCulture, $"{Format(values[index], format)}:{index}");
            builder.AppendBytes(System.Text.Encoding.UTF8.GetBytes(labels is not null && index < labels.Count ? $"{text}:{labels[index]}" : text));
        }
    }

    // The format of C's printf, which Triton's clients parse.
    private static string Format<T>(T value, string format)
        where T : INumber<T>
        => T.IsNaN(value) ? "nan"
            : T.IsPositiveInfinity(value) ? "inf"
            : T.IsNegativeInfinity(value) ? "-inf"
            : value.ToString(format, CultureInfo.InvariantCulture);
}
