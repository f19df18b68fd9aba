using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using InferenceServices.Http;
using InferenceServices.MediaWiki.Wikis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Connections to all wikis, created on first use.</summary>
internal sealed class WikiConnections : IDisposable
{
    private readonly ConcurrentDictionary<string, WikiConnection> _wikis = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _limiters = new(StringComparer.Ordinal);
    private readonly Uri? _wikiUrl;
    private readonly string _userAgent;
    private readonly ILogger<WikiConnections> _logger;

    // Not HttpClient, which adds a second timer and a second buffer.
    private readonly HttpMessageInvoker _http;

    /// <param name="options">Options of the client.</param>
    /// <param name="metrics">Metrics of calls.</param>
    /// <param name="time">Clock of delays and timeouts.</param>
    /// <param name="logger">Logger.</param>
    public WikiConnections(IOptions<MediaWikiOptions> options, MediaWikiMetrics metrics, TimeProvider time, ILogger<WikiConnections> logger)
    {
        _http = new HttpMessageInvoker(CreateHandler());
        (Options, Metrics, Time, _logger) = (options.Value, metrics, time, logger);
        _wikiUrl = Options.WikiUrl is { Length: > 0 } url ? new Uri(url) : null;
        var version = typeof(WikiConnections).Assembly.GetName().Version?.ToString(3);
        _userAgent = $"InferenceServices/{version}" + (Options.UserAgentContact is { Length: > 0 } contact ? $" ({contact})" : "");
    }

    public MediaWikiOptions Options { get; }

    public MediaWikiMetrics Metrics { get; }

    public TimeProvider Time { get; }

    /// <summary>Returns the connection of a wiki.</summary>
    public WikiConnection Get(Wiki wiki) => _wikis.GetOrAdd(wiki.Domain, static (_, state) => state.connections.Create(state.wiki), (connections: this, wiki));

    /// <summary>Begins an operation. The caller disposes it.</summary>
    public WikiOperation Begin(Wiki wiki, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wiki);
        return new WikiOperation(this, Get(wiki), cancellationToken);
    }

    /// <summary>Sends a GET request; completes when the response headers have arrived.</summary>
    public Task<HttpResponseMessage> SendAsync(WikiConnection connection, string pathAndQuery, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(connection.Address, pathAndQuery));
        if (_wikiUrl is not null) message.Headers.Host = connection.Wiki.Domain;
        message.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        return _http.SendAsync(message, cancellationToken);
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var limiter in _limiters.Values) limiter.Dispose();
    }

    private WikiConnection Create(Wiki wiki)
    {
        var address = _wikiUrl ?? new Uri($"https://{wiki.Domain}/");
        var limiter = _limiters.GetOrAdd(address.Authority, static (_, options) => new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxCalls,
            QueueLimit = options.MaxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }), Options);
        return new WikiConnection(wiki, address, new RetryBudget(), WikiPipeline.Build(wiki, Options, limiter, Time, _logger));
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        // Limits the lifetime of connections, so that DNS changes take effect.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AutomaticDecompression = DecompressionMethods.GZip,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    };
}
