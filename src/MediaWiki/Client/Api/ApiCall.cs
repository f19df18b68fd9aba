using System.Globalization;
using System.Text;
using System.Text.Json;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Addresses of calls.</summary>
internal static class ApiCall
{
    /// <summary>One of the Action API.</summary>
    /// <param name="operation">Knows how much lag is too much.</param>
    /// <param name="query">Escaped, from <c>action=</c> on.</param>
    /// <param name="continuation">What <see cref="ContinuationOf"/> says of the answer before; empty at first.</param>
    public static string PathOf(Operation operation, string query, string continuation = "")
    {
        var lag = operation.MaxLagSeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"&maxlag={operation.MaxLagSeconds}") : "";
        return $"w/api.php?{query}&format=json&formatversion=2{lag}{continuation}";
    }

    /// <summary>What the next call has besides, for there to be a next one.</summary>
    /// <returns>Empty at the end.</returns>
    public static string ContinuationOf(JsonElement? members)
    {
        if (members is not { ValueKind: JsonValueKind.Object } there) return "";
        var text = new StringBuilder();
        foreach (var member in there.EnumerateObject())
            text.Append('&').Append(Uri.EscapeDataString(member.Name)).Append('=').Append(Uri.EscapeDataString(member.Value.ToString()));
        return text.ToString();
    }
}
