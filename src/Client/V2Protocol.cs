using System.Globalization;
using System.Text.Json;
using InferenceServices.Codecs;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client;

/// <summary>V2 over HTTP: binary tensor data if the predictor's server metadata list the extension, otherwise JSON, which every predictor accepts.</summary>
/// <remarks>Open Inference Protocol, "HTTP/REST"; binary tensor data extension.</remarks>
internal sealed class V2Protocol(PredictorHttp http, TimeProvider time) : IPredictorProtocol
{
    private static readonly TimeSpan RecheckInterval = TimeSpan.FromMinutes(1);

    // Null until the server metadata are known.
    private bool? _hasBinaryExtension;
    private long _checkedAt;

    public async ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(PathOf(modelName, modelVersion), cancellationToken);
        try
        {
            return MetadataJson.Read(answer.Memory);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw PredictorException.Unreadable(http.Host, exception);
        }
    }

    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => await http.IsOkAsync("v2/health/ready", cancellationToken)
            && await http.IsOkAsync(PathOf(modelName, modelVersion) + "/ready", cancellationToken);

    public async ValueTask<InferResponse> InferAsync(
        string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        // Concurrent first requests may each query the metadata; the results are equal.
        var binary = _hasBinaryExtension ?? await QueryBinaryExtensionAsync(cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, http.UriOf(PathOf(modelName, modelVersion) + "/infer"));
        message.Content = binary ? BinaryContentOf(message, request) : JsonContentOf(request);
        try
        {
            using var answer = await http.SendAsync(message, cancellationToken);
            return Read(answer, modelName);
        }
        // Mostly the client's error. But the predictor may have been replaced by one without the extension, so its metadata are read again, rarely.
        catch (PredictorException exception) when (binary && exception.StatusCode is 400 or 415 or 422 && TryBeginRecheck())
        {
            await QueryBinaryExtensionAsync(cancellationToken);
            throw;
        }
    }

    private static string PathOf(string modelName, string? modelVersion)
        => $"v2/models/{Uri.EscapeDataString(modelName)}" + (modelVersion is null ? "" : $"/versions/{Uri.EscapeDataString(modelVersion)}");

    private static PredictorContent JsonContentOf(InferRequest request)
        => new("application/json", JsonBuffer.Write(request, static (writer, value) => InferRequestJson.Write(writer, value, binary: false)), []);

    private static PredictorContent BinaryContentOf(HttpRequestMessage message, InferRequest request)
    {
        var json = JsonBuffer.Write(AnsweredInBytes(request), static (writer, value) => InferRequestJson.Write(writer, value, binary: true));
        message.Headers.TryAddWithoutValidation(InferenceHeader.Name, json.Length.ToString(CultureInfo.InvariantCulture));
        return new PredictorContent("application/octet-stream", json, request.Inputs);
    }

    // KServe reads the request's parameter only if no output is listed.
    private static InferRequest AnsweredInBytes(InferRequest request)
    {
        if (request.Outputs is not { } requested) return request with { BinaryDataOutput = true };
        var outputs = new RequestedOutput[requested.Count];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = requested[i] with { BinaryData = true };
        return request with { Outputs = outputs };
    }

    private InferResponse Read(PredictorAnswer answer, string modelName)
    {
        try
        {
            var body = answer.Memory.Span;
            var json = InferenceHeader.Read(answer.InferenceHeader, body.Length) ?? body.Length;
            JsonText.RequireUtf8(body[..json]);
            return InferResponseJson.Read(body[..json], new BinaryTensors(body[json..], modelName));
        }
        // The predictor's response is invalid, not the client's request.
        catch (InvalidInputException exception)
        {
            throw PredictorException.Unreadable(http.Host, exception);
        }
    }

    private bool TryBeginRecheck()
    {
        var before = Interlocked.Read(ref _checkedAt);
        return time.GetElapsedTime(before) >= RecheckInterval && Interlocked.CompareExchange(ref _checkedAt, time.GetTimestamp(), before) == before;
    }

    private async ValueTask<bool> QueryBinaryExtensionAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _checkedAt, time.GetTimestamp());
        try
        {
            using var answer = await http.GetAsync("v2", cancellationToken);
            var reads = Announces(answer.Memory);
            _hasBinaryExtension = reads;
            return reads;
        }
        // A 404 means no extensions; any other error may be transient, and the query is repeated.
        catch (PredictorException exception)
        {
            if (exception.StatusCode == 404) _hasBinaryExtension = false;
            return false;
        }
    }

    private static bool Announces(ReadOnlyMemory<byte> metadata)
    {
        try
        {
            using var json = JsonDocument.Parse(metadata);
            foreach (var extension in json.RootElement.GetProperty("extensions"u8).EnumerateArray())
                if (extension.ValueEquals("binary_tensor_data"u8)) return true;
        }
        // KServe's server and others send metadata without a list of extensions.
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
        }
        return false;
    }
}
