using System.ComponentModel;
using System.Text.Json;
using InferenceServices.Contracts.V1;

namespace InferenceServices.ResponseCache;

/// <summary>An answer that several callers may get.</summary>
/// <param name="Json">One JSON value; nobody writes to it.</param>
/// <param name="CreatedAt">When it was made.</param>
[ImmutableObject(true)]
internal sealed record StoredResponse(byte[] Json, DateTimeOffset CreatedAt)
{
    /// <summary>As one caller gets it.</summary>
    public PredictResponse ToResponse() => new Response(Json);

    private sealed class Response(byte[] json) : PredictResponse
    {
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(json, skipInputValidation: true);
    }
}
