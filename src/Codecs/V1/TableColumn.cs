using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>An input of a table, collected row by row.</summary>
internal sealed class TableColumn : IDisposable
{
    private readonly string _name;
    private readonly TensorBuilder _builder;

    // Nesting below the row axis; null for an input with one value per row, whose shape is the number of rows.
    private readonly NestedShape? _shape;

    public TableColumn(TensorMetadata input, string key)
    {
        Input = input;
        _name = $"input '{input.Name}' of {key}";
        _builder = new TensorBuilder(input.Datatype, 16);
        if (input.Shape.Rank == 1 || (input.Shape.Rank == 2 && input.Shape[1] == 1)) return;
        _shape = new NestedShape(_name);
        _shape.Open();
    }

    public TensorMetadata Input { get; }

    /// <summary>Gets the number of the last object of the table that has this input, counted from 1.</summary>
    public int LastObject { get; set; }

    /// <summary>Reads the value of one object for this input.</summary>
    /// <returns>The number of rows: more than one only if a row is a single value; otherwise a list belongs to one row.</returns>
    public int Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, TensorJsonFormat format)
    {
        if (_shape is not null || reader.TokenType != JsonTokenType.StartArray)
        {
            TensorJsonReader.Read(ref reader, body, _builder, _shape, _name, format);
            return 1;
        }
        var shape = new NestedShape(_name);
        TensorJsonReader.Read(ref reader, body, _builder, shape, _name, format);
        var found = shape.Complete();
        return found.Rank == 1 || (found.Rank == 2 && found[1] == 1)
            ? (int)found[0]
            : throw new InvalidInputException($"{_name} should have one value a row, got values of shape {found}");
    }

    /// <summary>Adds rows with missing values.</summary>
    /// <returns>False if the datatype has no missing value.</returns>
    public bool TryAppendMissing(int rows)
    {
        if (_shape is not null) return false;
        for (var row = 0; row < rows; row++)
            if (!TensorJsonReader.TryAppendFloat(_builder, double.NaN)) return false;
        return true;
    }

    public InferInput Build()
    {
        _shape?.Close();
        var shape = _shape?.Complete() ?? new Shape(_builder.Count);
        return new InferInput(Input.Name, _builder.Build(shape.FitTo(Input)));
    }

    public void Dispose() => _builder.Dispose();
}
