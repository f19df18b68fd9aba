using System.Text.Json;

namespace InferenceServices.ModelServer.Errors;

/// <summary>Body of every error response.</summary>
/// <param name="Error">Error message; the field of the Open Inference Protocol and of KServe's clients.</param>
/// <param name="Code">Stable error code, in snake case; <c>docs/errors.md</c> lists all codes.</param>
internal sealed record ErrorJson(string Error, string Code)
{
    public static void Write(Utf8JsonWriter writer, ErrorJson problem)
    {
        writer.WriteStartObject();
        writer.WriteString("error"u8, problem.Error);
        writer.WriteString("code"u8, problem.Code);
        writer.WriteEndObject();
    }
}
