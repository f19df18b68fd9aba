using System.Globalization;
using System.Text;
using System.Text.Json;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Builds URLs of Action API calls.</summary>
internal static class ApiCall
{
    /// <summary>Builds the path and query of a call.</summary>
    /// <param name="operation">The operation; its options contain maxlag.</param>
    /// <param name="query">Escaped query, starting with <c>action=</c>.</param>
    /// <param name="continuation">Result of <see cref="BuildContinuation"/> for the previous response; empty for the first call.</param>
    public static string BuildPath(WikiOperation operation, string query, string continuation = "")
    {
        var lag = operation.MaxLagSeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"&maxlag={operation.MaxLagSeconds}") : "";
        return $"w/api.php?{query}&format=json&formatversion=2{lag}{continuation}";
    }

    /// <summary>Builds the continuation parameters of the next call.</summary>
    /// <param name="members">Member <c>continue</c> of a response.</param>
    /// <returns>Query parameters; empty at the end of the results.</returns>
    public static string BuildContinuation(JsonElement? members)
    {
        if (members is not { ValueKind: JsonValueKind.Object } parameters) return "";
        var text = new StringBuilder();
        foreach (var member in parameters.EnumerateObject())
            text.Append('&').Append(Uri.EscapeDataString(member.Name)).Append('=').Append(Uri.EscapeDataString(member.Value.ToString()));
        return text.ToString();
    }
}
