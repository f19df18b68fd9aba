using System.ComponentModel;
using System.Text.Json;
using InferenceServices.Contracts.V1;

namespace InferenceServices.ResponseCache;

/// <summary>A response that the cache stores and shares among requests.</summary>
/// <param name="Json">One JSON value; immutable.</param>
/// <param name="CreatedAt">Time of the computation.</param>
[ImmutableObject(true)]
internal sealed record StoredResponse(byte[] Json, DateTimeOffset CreatedAt)
{
    /// <summary>Creates a response for one request.</summary>
    public PredictResponse ToResponse() => new Response(Json);

    private sealed class Response(byte[] json) : PredictResponse
    {
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(json, skipInputValidation: true);
    }
}
