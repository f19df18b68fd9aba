using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace InferenceServices.Contracts.V1;

/// <summary>A V1 answer: anything that can write itself as one JSON value.</summary>
public abstract class PredictResponse : IDisposable
{
    /// <summary>An answer that is a service's own record.</summary>
    /// <typeparam name="T">The service's answer record.</typeparam>
    /// <param name="value">What to send.</param>
    /// <param name="type">From the service's JSON context.</param>
    /// <returns>Owns nothing.</returns>
    public static PredictResponse Of<T>(T value, JsonTypeInfo<T> type) => new RecordResponse<T>(value, type);

    /// <summary>Writes exactly one JSON value.</summary>
    /// <param name="writer">Positioned where a value may stand.</param>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>The answer as a page to look at.</summary>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>A whole HTML document; null: there is none, JSON is all.</returns>
    public virtual ValueTask<string?> ToHtmlAsync(CancellationToken cancellationToken) => new((string?)null);

    /// <summary>The outputs that this response was made from, disposed with it: a response may write straight from their memory.</summary>
    internal IDisposable? Outputs { get; set; }

    /// <summary>Releases the response and the outputs it was made from.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        Outputs?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the response holds.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class RecordResponse<T>(T value, JsonTypeInfo<T> type) : PredictResponse
    {
        public override void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, value, type);
    }
}
