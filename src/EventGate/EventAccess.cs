using System.Security.Cryptography;
using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Restricts the clients that may send an event in a request: those with the key of <see cref="EventGateOptions.EventKey"/>, or all if there is none.</summary>
public sealed class EventAccess
{
    /// <summary>Header with the key.</summary>
    public const string Header = "x-event-key";

    private readonly byte[]? _key;
    private readonly RequestHeadersAccessor? _headers;

    internal EventAccess(IOptions<EventGateOptions> options, RequestHeadersAccessor? headers)
    {
        _key = options.Value.EventKey is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null;
        _headers = headers;
    }

    /// <summary>Checks the request being answered, which has an event.</summary>
    /// <exception cref="EventForbiddenException">403: the request does not have the key.</exception>
    public void Check()
    {
        if (_key is null) return;
        // Comparison in constant time: a key cannot be guessed byte by byte.
        if (_headers?.Current?.GetValues(Header) is [{ } sent] && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), _key)) return;
        throw new EventForbiddenException($"A request with the field 'event' needs the header {Header} with the key of this server.");
    }
}
