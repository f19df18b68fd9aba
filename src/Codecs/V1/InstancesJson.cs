using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// Reads a V1 body for a model without a service. <c>instances</c>: rows of values, or rows by input name. <c>inputs</c>: one tensor, tensors
/// by input name, or rows by input name. <c>inputs</c> takes precedence; other keys of the body are ignored.
/// </summary>
/// <remarks>TensorFlow Serving's row and column formats; precedence and tables of KServe's <c>get_predict_input</c>.</remarks>
internal static class InstancesJson
{
    /// <summary>Reads a body for a model.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="model">Metadata with names, datatypes and shapes of the inputs.</param>
    /// <param name="format">Representation of elements that JSON does not support.</param>
    /// <param name="columns">Whether the body has tensors in <c>inputs</c>, so that the response has tensors too.</param>
    /// <returns>The request, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The body is not JSON or lacks both keys, rows are ragged, or a value has the wrong kind: 400.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body, ModelMetadata model, TensorJsonFormat format, out bool columns)
    {
        JsonText.RequireUtf8(body);
        if (format.NonFinite == NonFiniteNumbers.Literal) body = NonFiniteTokens.Quote(body);
        List<InferInput> inputs = [];
        columns = false;
        var (hasInputs, hasInstances) = (false, false);
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the request body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isInputs = JsonFields.NameIs(ref reader, "inputs"u8);
                if (!isInputs && (hasInputs || !JsonFields.NameIs(ref reader, "instances"u8)))
                {
                    reader.Skip();
                    continue;
                }
                reader.Read();
                Release(inputs);
                inputs = [];
                inputs = isInputs ? ReadInputs(ref reader, body, model, format, out columns) : ReadInstances(ref reader, body, model, format);
                hasInputs |= isInputs;
                hasInstances |= !isInputs;
            }
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
        }
        catch (Exception exception)
        {
            Release(inputs);
            JsonText.RequireDepth(body);
            if (exception is JsonException json) throw NonFiniteTokens.SyntaxError(body, json);
            throw;
        }
        return hasInputs || hasInstances
            ? new InferRequest { Inputs = inputs }
            : throw new InvalidInputException("the request should have \"instances\", a list of rows, or \"inputs\", the model's inputs by name");
    }

    private static List<InferInput> ReadInstances(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ModelMetadata model, TensorJsonFormat format)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new InvalidInputException("Expected \"instances\" to be a list");
        // Rows of TensorFlow Serving name every input.
        if (InputTable.Begins(reader, model)) return new InputTable(model, "instances", format, mayLack: false).Read(ref reader, body);
        return [ReadTensor(ref reader, body, SoleInput(model, "instances"), "instances", format)];
    }

    private static List<InferInput> ReadInputs(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ModelMetadata model, TensorJsonFormat format, out bool columns)
    {
        columns = true;
        if (reader.TokenType == JsonTokenType.StartObject && !IsElement(reader, model)) return ReadByName(ref reader, body, model, format);
        if (reader.TokenType == JsonTokenType.StartArray && InputTable.Begins(reader, model))
        {
            columns = false;
            // KServe's servers create a data frame, in which absent keys of a row are missing values.
            return new InputTable(model, "inputs", format, mayLack: true).Read(ref reader, body);
        }
        var input = SoleInput(model, "inputs");
        return [ReadTensor(ref reader, body, input, $"input '{input.Name}'", format)];
    }

    private static List<InferInput> ReadByName(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ModelMetadata model, TensorJsonFormat format)
    {
        var inputs = new List<InferInput>();
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonFields.ReadText(ref reader, "inputs");
                var declared = model.Inputs.FirstOrDefault(input => input.Name == name)
                    ?? throw new InvalidInputException($"unexpected inference input '{name}' for model '{model.Name}'. Expected {NamesOf(model.Inputs)}");
                reader.Read();
                inputs.Add(ReadTensor(ref reader, body, declared, $"input '{name}'", format));
            }
            return inputs;
        }
        catch
        {
            Release(inputs);
            throw;
        }
    }

    private static InferInput ReadTensor(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, TensorMetadata declared, string name, TensorJsonFormat format)
    {
        var shape = new NestedShape(name);
        using var builder = new TensorBuilder(declared.Datatype, 16);
        TensorJsonReader.Read(ref reader, body, builder, shape, name, format);
        return new InferInput(declared.Name, builder.Build(shape.Complete().FitTo(declared)));
    }

    /// <summary>
    /// Returns whether an object is a value, <c>{"b64":"…"}</c>, and not inputs by name: only if the model has one input, of BYTES,
    /// that is not itself named b64.
    /// </summary>
    public static bool IsElement(Utf8JsonReader reader, ModelMetadata model)
        => model.RequiredInputs is [{ Datatype: Datatype.Bytes, Name: not "b64" }] && Base64Element.Begins(reader);

    // A body without names requires a model with one input.
    private static TensorMetadata SoleInput(ModelMetadata model, string field)
    {
        var inputs = model.RequiredInputs;
        if (inputs.Count == 1) return inputs[0];
        throw new InvalidInputException(inputs.Count == 0
            ? $"{field} should be {(field == "inputs" ? "{}" : "[{}]")}: model '{model.Name}' needs no inputs"
            : $"{field} should give the model's inputs by name: model '{model.Name}' has {NamesOf(inputs)}");
    }

    /// <summary>Returns the names of inputs for an error message.</summary>
    public static string NamesOf(IReadOnlyList<TensorMetadata> inputs) => $"'{string.Join("', '", inputs.Select(input => input.Name))}'";

    private static void Release(List<InferInput> inputs)
    {
        foreach (var input in inputs) input.Tensor.Dispose();
    }
}
