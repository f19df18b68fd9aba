using InferenceServices.Http;

namespace InferenceServices.Client;

/// <summary>Complete response of a predictor.</summary>
internal sealed class PredictorAnswer : IDisposable
{
    private readonly PooledBody _body;

    private PredictorAnswer(PooledBody body, string? inferenceHeader) => (_body, InferenceHeader) = (body, inferenceHeader);

    /// <summary>The body; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Memory => _body.Memory;

    /// <summary>Header <c>Inference-Header-Content-Length</c>; null without the header.</summary>
    public string? InferenceHeader { get; }

    /// <summary>Reads a response to its end.</summary>
    /// <returns>Null if the body is larger than the limit.</returns>
    public static async ValueTask<PredictorAnswer?> ReadAsync(HttpResponseMessage response, int limitBytes, CancellationToken cancellationToken)
    {
        var header = response.Headers.NonValidated.TryGetValues(Codecs.V2.InferenceHeader.Name, out var values) ? values.ToString() : null;
        return await PooledBody.ReadAsync(response.Content, limitBytes, cancellationToken) is { } body ? new PredictorAnswer(body, header) : null;
    }

    public void Dispose() => _body.Dispose();
}
