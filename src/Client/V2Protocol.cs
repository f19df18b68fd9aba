using System.Globalization;
using System.Text.Json;
using InferenceServices.Codecs;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client;

/// <summary>V2 over HTTP: tensors as bytes behind the JSON where the predictor announces that it reads them, else as JSON, which every predictor does.</summary>
/// <remarks>Open Inference Protocol, "HTTP/REST"; binary tensor data extension.</remarks>
internal sealed class V2Protocol(PredictorHttp http) : IPredictorProtocol
{
    // Null until the predictor has said what it reads.
    private bool? _readsBytes;

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
        // First requests that come together may each ask; the answer is the same.
        var binary = _readsBytes ?? await AskWhetherItReadsBytesAsync(cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, http.UriOf(PathOf(modelName, modelVersion) + "/infer"));
        message.Content = binary ? BinaryContentOf(message, request) : JsonContentOf(request);
        try
        {
            using var answer = await http.SendAsync(message, cancellationToken);
            return Read(answer, modelName);
        }
        // The predictor may have been replaced: query its extensions again.
        catch (PredictorException refusal) when (binary && refusal.StatusCode is 400 or 415 or 422)
        {
            _readsBytes = null;
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

    // KServe reads what a request says of all outputs only where none is listed.
    private static InferRequest AnsweredInBytes(InferRequest request)
    {
        if (request.Outputs is not { } wanted) return request with { BinaryDataOutput = true };
        var outputs = new RequestedOutput[wanted.Count];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = wanted[i] with { BinaryData = true };
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
        // Bad input of ours, not of our caller's.
        catch (InvalidInputException exception)
        {
            throw PredictorException.Unreadable(http.Host, exception);
        }
    }

    private async ValueTask<bool> AskWhetherItReadsBytesAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync("v2", cancellationToken);
            var reads = Announces(answer.Memory);
            _readsBytes = reads;
            return reads;
        }
        // A 404 means no extensions; any other error may be transient, and the query is repeated.
        catch (PredictorException refusal)
        {
            if (refusal.StatusCode == 404) _readsBytes = false;
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
        // KServe's server and others say nothing that could be read as an announcement.
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
        }
        return false;
    }
}
