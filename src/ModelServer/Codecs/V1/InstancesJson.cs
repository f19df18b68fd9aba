using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V1;

/// <summary>
/// A V1 body for a model without a service of its own: <c>instances</c> (rows, or objects by input name) or <c>inputs</c> (one tensor, or
/// an object of tensors by input name). <c>inputs</c> wins when both are there.
/// </summary>
/// <remarks>TensorFlow Serving's row and column formats; precedence of KServe's <c>get_predict_input</c>.</remarks>
internal static class InstancesJson
{
    /// <summary>Reads a body for a model.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="model">Says the inputs' names, datatypes and shapes.</param>
    /// <param name="columns">Whether the body had <c>inputs</c>.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Not JSON, neither key, ragged rows, a value of the wrong kind: 400.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body, ModelMetadata model, out bool columns)
    {
        JsonText.RequireUtf8(body);
        List<InferInput> inputs = [];
        columns = false;
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the request body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isColumns = JsonFields.NameIs(ref reader, "inputs"u8);
                if (!isColumns && (columns || !JsonFields.NameIs(ref reader, "instances"u8)))
                {
                    reader.Skip();
                    continue;
                }
                reader.Read();
                Release(inputs);
                inputs = isColumns ? InputColumns.Read(ref reader, model) : InstanceRows.Read(ref reader, model);
                columns |= isColumns;
            }
            // Nothing but white space may follow; the reader throws when something does.
            reader.Read();
        }
        catch (Exception exception)
        {
            Release(inputs);
            JsonText.RequireDepth(body);
            if (exception is JsonException json) throw JsonText.Refusal(json);
            throw;
        }
        return inputs.Count > 0
            ? new InferRequest { Inputs = inputs }
            : throw new InvalidInputException("the request should have \"instances\", a list of rows, or \"inputs\", the model's inputs by name");
    }

    /// <summary>The one input a body without names can mean.</summary>
    public static TensorMetadata SoleInput(ModelMetadata model, string field)
        => model.Inputs.Count == 1
            ? model.Inputs[0]
            : throw new InvalidInputException(
                $"{field} should give the model's inputs by name: model '{model.Name}' has {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}");

    private static void Release(List<InferInput> inputs)
    {
        foreach (var input in inputs) input.Tensor.Dispose();
    }
}
