using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace InferenceServices.Contracts.V1;

/// <summary>A V1 response, which is written as one JSON value.</summary>
public abstract class PredictResponse : IDisposable
{
    /// <summary>Creates a response from a record.</summary>
    /// <typeparam name="T">Response record of the service.</typeparam>
    /// <param name="value">The record.</param>
    /// <param name="type">Type information of the service's JSON context.</param>
    /// <returns>A response without resources.</returns>
    public static PredictResponse Of<T>(T value, JsonTypeInfo<T> type) => new RecordResponse<T>(value, type);

    /// <summary>Writes exactly one JSON value.</summary>
    /// <param name="writer">Writer, positioned at a value.</param>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>Renders the response as HTML.</summary>
    /// <param name="cancellationToken">Cancelled when the client disconnects.</param>
    /// <returns>A complete HTML document; null if the response has JSON only.</returns>
    public virtual ValueTask<string?> ToHtmlAsync(CancellationToken cancellationToken) => new((string?)null);

    /// <summary>Gets or sets the model outputs of this response, which are disposed with it: a response may write directly from their memory.</summary>
    internal IDisposable? Outputs { get; set; }

    /// <summary>Disposes the response and its model outputs.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        Outputs?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of the response.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class RecordResponse<T>(T value, JsonTypeInfo<T> type) : PredictResponse
    {
        public override void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, value, type);
    }
}
