using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Http;
using InferenceServices.OresLegacy.Scores;
using Microsoft.AspNetCore.WebUtilities;

namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>Reads the answer of a revscoring service as a slot. Texts and types of errors are those of Lift Wing's ores-legacy.</summary>
internal static class LiftWingAnswer
{
    private const int MaxMessageLength = 2000;
    // A score with the values of a hundred features has ten kilobytes.
    private const int MaxBytes = 4 << 20;
    public const string ClientError = "ClientError";
    private const string UnknownRevision = "The MW API does not have any info related to the rev-id";

    /// <summary>Reads an answer of any status.</summary>
    public static async ValueTask<CallResult> ReadAsync(HttpResponseMessage response, ScoreCall call, CancellationToken cancellationToken)
    {
        using var body = await PooledBody.ReadAsync(response.Content, MaxBytes, cancellationToken);
        if (body is null) return CallResult.Failed($"The answer of {call.Service} has more than {MaxBytes} bytes.", ClientError, CallOutcome.Unavailable);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return ReadScore(body.Memory, call) is { } score
                ? new CallResult(score, CallOutcome.Scored)
                : CallResult.Failed($"The answer of {call.Service} is not a score.", ClientError, CallOutcome.Unavailable);
        }
        var outcome = response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout ? CallOutcome.Unavailable : CallOutcome.NotScored;
        return new CallResult(ReadError(response, body.Memory, call), outcome);
    }

    private static Slot? ReadScore(ReadOnlyMemory<byte> body, ScoreCall call)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (!TryFind(json.RootElement, out var wiki, call.Wiki)
                || !TryFind(wiki, out var version, "models", call.Model, "version")
                || !TryFind(wiki, out var entry, "scores", call.RevisionId.ToString(CultureInfo.InvariantCulture), call.Model)
                || !TryFind(entry, out var score, "score")
                || !TryFind(score, out var prediction, "prediction")
                || prediction.ValueKind is not (JsonValueKind.String or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Array)
                || !TryFind(score, out var probability, "probability")
                || probability.ValueKind != JsonValueKind.Object
                || probability.EnumerateObject().Any(label => label.Value.ValueKind != JsonValueKind.Number)
                || version.ValueKind != JsonValueKind.String)
                return null;
            _ = TryFind(entry, out var features, "features");
            return new Slot(version.GetString(), score.Clone(), features.ValueKind == JsonValueKind.Undefined ? default : features.Clone(), null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Slot ReadError(HttpResponseMessage response, ReadOnlyMemory<byte> body, ScoreCall call)
    {
        var message = ShortText.Of(ReadMessage(response, body), MaxMessageLength);
        if (message.StartsWith(UnknownRevision, StringComparison.Ordinal))
            return Slot.Failed(string.Create(CultureInfo.InvariantCulture, $"RevisionNotFound: Could not find revision ({{revision}}:{call.RevisionId})"), "RevisionNotFound");
        return Slot.Failed(message, response.ReasonPhrase is { Length: > 0 } reason ? reason : ReasonPhrases.GetReasonPhrase((int)response.StatusCode));
    }

    private static string ReadMessage(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null || !(type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase))) return text;
        try
        {
            using var json = JsonDocument.Parse(body);
            // The original shows the name of the missing key in quotes.
            return TryFind(json.RootElement, out var error, "error") ? (error.ValueKind == JsonValueKind.String ? error.GetString()! : error.GetRawText()) : "'error'";
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static bool TryFind(JsonElement element, out JsonElement found, params ReadOnlySpan<string> path)
    {
        found = element;
        foreach (var name in path)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out var next))
            {
                found = default;
                return false;
            }
            found = next;
        }
        return true;
    }
}
