using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V1;

/// <summary>V1 <c>instances</c>: rows of values, or rows of objects whose keys are the inputs' names.</summary>
internal static class InstanceRows
{
    public static List<InferInput> Read(ref Utf8JsonReader reader, ModelMetadata model)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new InvalidInputException("Expected \"instances\" to be a list");
        var first = reader;
        first.Read();
        return first.TokenType == JsonTokenType.StartObject ? ReadObjects(ref reader, model) : [ReadValues(ref reader, model)];
    }

    private static InferInput ReadValues(ref Utf8JsonReader reader, ModelMetadata model)
    {
        var declared = InstancesJson.SoleInput(model, "instances");
        var shape = new NestedShape("instances");
        using var builder = new TensorBuilder(declared.Datatype, 16);
        TensorJsonReader.Read(ref reader, declared.Datatype, builder, shape, "instances");
        return new InferInput(declared.Name, builder.Build(shape.Complete().FitTo(declared)));
    }

    private static List<InferInput> ReadObjects(ref Utf8JsonReader reader, ModelMetadata model)
    {
        var columns = new Column[model.Inputs.Count];
        for (var i = 0; i < columns.Length; i++) columns[i] = new Column(model.Inputs[i]);
        try
        {
            var rows = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) ReadRow(ref reader, model, columns, rows++);
            return [.. columns.Select(column => column.Build())];
        }
        finally
        {
            foreach (var column in columns) column.Builder.Dispose();
        }
    }

    private static void ReadRow(ref Utf8JsonReader reader, ModelMetadata model, Column[] columns, int row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidInputException($"instances[{row}] should be an object like the first, got {JsonText.Name(reader.TokenType)}");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = Find(ref reader, columns) ?? throw new InvalidInputException(
                $"instances[{row}]: unexpected inference input '{JsonFields.Shorten(JsonFields.ReadText(ref reader, "a key"))}' for model '{model.Name}'");
            if (column.Rows > row) throw new InvalidInputException($"instances[{row}]: input '{column.Input.Name}' is there twice");
            reader.Read();
            column.Read(ref reader, row);
        }
        foreach (var column in columns)
            if (column.Rows == row) throw new InvalidInputException($"instances[{row}] lacks input '{column.Input.Name}' of model '{model.Name}'");
    }

    private static Column? Find(ref Utf8JsonReader reader, Column[] columns)
    {
        foreach (var column in columns)
            if (JsonFields.NameIs(ref reader, column.Input.Name)) return column;
        return null;
    }

    /// <summary>One input, collected row by row under an array that the rows together are.</summary>
    private sealed class Column
    {
        private readonly NestedShape _shape;

        public Column(TensorMetadata input)
        {
            Input = input;
            Builder = new TensorBuilder(input.Datatype, 16);
            _shape = new NestedShape($"input '{input.Name}' of instances");
            _shape.Open();
        }

        public TensorMetadata Input { get; }

        public TensorBuilder Builder { get; }

        public int Rows { get; private set; }

        public void Read(ref Utf8JsonReader reader, int row)
        {
            TensorJsonReader.Read(ref reader, Input.Datatype, Builder, _shape, $"instances[{row}] input '{Input.Name}'");
            Rows++;
        }

        public InferInput Build()
        {
            _shape.Close();
            return new InferInput(Input.Name, Builder.Build(_shape.Complete().FitTo(Input)));
        }
    }
}
