using System.Text.Json;

namespace InferenceServices.ModelServer.Errors;

/// <summary>The one body every refusal has.</summary>
/// <param name="Error">A sentence; what the Open Inference Protocol and KServe's clients read.</param>
/// <param name="Code">Stable, in snake case; <c>docs/errors.md</c> lists them.</param>
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
