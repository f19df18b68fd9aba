using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Converts the tensors of a request to rows of numbers, and rows back to tensors of the same names and types.</summary>
internal sealed class FeatureTable
{
    // An attribution has a hundred bytes and more in memory, and as many in the answer.
    private const int MaxValues = 1 << 20;
    private const int MaxFeatures = 4_096;

    private readonly (string Name, Datatype Datatype, long[] Shape, int Width)[] _inputs;

    private FeatureTable((string, Datatype, long[], int)[] inputs, int rowCount, double[] values, IReadOnlyList<TabularFeature>? features)
    {
        _inputs = inputs;
        RowCount = rowCount;
        Values = values;
        Width = values.Length / rowCount;
        Features = features is null || features.Count != Width ? Name(_inputs) : features;
    }

    public int RowCount { get; }

    /// <summary>Number of values per row.</summary>
    public int Width { get; }

    /// <summary>Values, shape [<see cref="RowCount"/>, <see cref="Width"/>]; NaN: missing.</summary>
    public double[] Values { get; }

    /// <summary>Features, by column. Without names from the service, a feature has the name of its input and its index.</summary>
    public IReadOnlyList<TabularFeature> Features { get; }

    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Creates a table from tensors.</summary>
    /// <param name="request">Tensors of a transformer.</param>
    /// <param name="features">Feature names of the service; null: none.</param>
    /// <param name="maxRows">Maximum number of rows.</param>
    /// <exception cref="NotSupportedByModelException">An input has text, bytes or 16-bit floats; or there are no or too many features: 501.</exception>
    /// <exception cref="InvalidInputException">Inputs have different numbers of rows, no rows, or too many: 400.</exception>
    public static FeatureTable Of(InferRequest request, IReadOnlyList<TabularFeature>? features, int maxRows)
    {
        var inputs = request.Inputs.Select(Describe).ToArray();
        var rows = request.Inputs[0].Tensor.Shape is { Rank: > 0 } shape ? shape[0] : 1;
        if (request.Inputs.FirstOrDefault(input => input.Tensor.Shape.Rank > 0 && input.Tensor.Shape[0] != rows) is { } other)
            throw new InvalidInputException($"Expected all inputs to have the same number of rows, got {rows} of '{request.Inputs[0].Name}' and {other.Tensor.Shape[0]} of '{other.Name}'.");
        if (rows == 0) throw new InvalidInputException("Expected at least one row to explain, got none.");
        var width = inputs.Sum(input => (long)input.Width);
        if (rows > maxRows) throw new InvalidInputException($"Expected at most {maxRows} instances to explain at once, got {rows}.");
        if (width > MaxFeatures) throw new NotSupportedByModelException($"The model has {width} features; up to {MaxFeatures} can be explained.");
        if (width == 0) throw new NotSupportedByModelException("The model has no numeric features to explain.");
        if (rows * width > MaxValues) throw new InvalidInputException($"Expected at most {MaxValues / width} instances of {width} features to explain at once, got {rows}.");
        var values = new double[rows * width];
        var column = 0;
        for (var index = 0; index < inputs.Length; column += inputs[index].Width, index++) Read(request.Inputs[index].Tensor, values, column, (int)width, inputs[index].Width);
        return new FeatureTable(inputs, (int)rows, values, features);
    }

    /// <summary>Converts rows to tensors.</summary>
    /// <param name="rows">Shape [n, <see cref="Width"/>].</param>
    /// <returns>A request that the caller disposes.</returns>
    public InferRequest ToRequest(ReadOnlySpan<double> rows)
    {
        var count = rows.Length / Width;
        var inputs = new InferInput[_inputs.Length];
        var column = 0;
        for (var index = 0; index < inputs.Length; index++)
        {
            var (name, datatype, shape, width) = _inputs[index];
            var tensor = Tensor.Rent(datatype, new Shape([count, .. shape]));
            Write(rows, tensor, column, Width, width);
            inputs[index] = new InferInput(name, tensor);
            column += width;
        }
        return new InferRequest { Inputs = inputs };
    }

    private static (string Name, Datatype Datatype, long[] Shape, int Width) Describe(InferInput input)
    {
        var (tensor, name) = (input.Tensor, input.Name);
        if (tensor.Datatype is Datatype.Bytes or Datatype.Fp16 or Datatype.Bf16)
            throw new NotSupportedByModelException($"The input '{name}' is {tensor.Datatype.ToWire()}; explanations support other numeric inputs only.");
        var shape = tensor.Shape.Rank > 0 ? tensor.Shape.ToArray()[1..] : [];
        // The product of the axes of a tensor is limited.
        var width = 1L;
        foreach (var axis in shape) width *= axis;
        return (name, tensor.Datatype, shape, (int)width);
    }

    private static TabularFeature[] Name((string Name, Datatype Datatype, long[] Shape, int Width)[] inputs)
        => [.. inputs.SelectMany(input => Enumerable.Range(0, input.Width).Select(place => new TabularFeature(
            input.Width == 1 ? input.Name : $"{input.Name}[{place}]", "", input.Datatype is not (Datatype.Fp32 or Datatype.Fp64))))];

    private static void Read(Tensor from, double[] to, int column, int stride, int width)
    {
        switch (from.Datatype)
        {
            case Datatype.Fp32: Read<float>(from, to, column, stride, width); break;
            case Datatype.Fp64: Read<double>(from, to, column, stride, width); break;
            case Datatype.Int64: Read<long>(from, to, column, stride, width); break;
            case Datatype.Int32: Read<int>(from, to, column, stride, width); break;
            case Datatype.Int16: Read<short>(from, to, column, stride, width); break;
            case Datatype.Int8: Read<sbyte>(from, to, column, stride, width); break;
            case Datatype.Uint64: Read<ulong>(from, to, column, stride, width); break;
            case Datatype.Uint32: Read<uint>(from, to, column, stride, width); break;
            case Datatype.Uint16: Read<ushort>(from, to, column, stride, width); break;
            default: Read<byte>(from, to, column, stride, width); break;
        }
    }

    private static void Read<T>(Tensor from, double[] to, int column, int stride, int width)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(from.Bytes);
        for (var index = 0; index < values.Length; index++) to[index / width * stride + column + index % width] = double.CreateSaturating(values[index]);
    }

    private static void Write(ReadOnlySpan<double> from, Tensor to, int column, int stride, int width)
    {
        switch (to.Datatype)
        {
            case Datatype.Fp32: Write<float>(from, to, column, stride, width); break;
            case Datatype.Fp64: Write<double>(from, to, column, stride, width); break;
            case Datatype.Int64: Write<long>(from, to, column, stride, width); break;
            case Datatype.Int32: Write<int>(from, to, column, stride, width); break;
            case Datatype.Int16: Write<short>(from, to, column, stride, width); break;
            case Datatype.Int8: Write<sbyte>(from, to, column, stride, width); break;
            case Datatype.Uint64: Write<ulong>(from, to, column, stride, width); break;
            case Datatype.Uint32: Write<uint>(from, to, column, stride, width); break;
            case Datatype.Uint16: Write<ushort>(from, to, column, stride, width); break;
            default: Write<byte>(from, to, column, stride, width); break;
        }
    }

    private static void Write<T>(ReadOnlySpan<double> from, Tensor to, int column, int stride, int width)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var values = to.Values<T>();
        for (var index = 0; index < values.Length; index++) values[index] = T.CreateSaturating(from[index / width * stride + column + index % width]);
    }
}
