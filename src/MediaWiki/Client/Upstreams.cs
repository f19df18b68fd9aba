using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using InferenceServices.MediaWiki.Wikis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Every wiki that was asked, and the connections to all of them.</summary>
internal sealed class Upstreams : IDisposable
{
    private readonly ConcurrentDictionary<string, Upstream> _wikis = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _limiters = new(StringComparer.Ordinal);
    private readonly Uri? _wikiUrl;
    private readonly string _userAgent;
    private readonly ILogger<Upstreams> _logger;

    // HttpClient would only add a second timer and a second buffer.
    private readonly HttpMessageInvoker _http;

    /// <param name="options">How wikis are asked.</param>
    /// <param name="metrics">Told of every call.</param>
    /// <param name="time">Counts waits and time-outs.</param>
    /// <param name="logger">Told of wikis that are left alone.</param>
    /// <param name="handler">Instead of real connections.</param>
    public Upstreams(IOptions<MediaWikiOptions> options, MediaWikiMetrics metrics, TimeProvider time, ILogger<Upstreams> logger, HttpMessageHandler? handler = null)
    {
        _http = new HttpMessageInvoker(handler ?? Connections());
        (Options, Metrics, Time, _logger) = (options.Value, metrics, time, logger);
        _wikiUrl = Options.WikiUrl is { Length: > 0 } url ? new Uri(url) : null;
        var version = typeof(Upstreams).Assembly.GetName().Version?.ToString(3);
        _userAgent = $"InferenceServices/{version}" + (Options.UserAgentContact is { Length: > 0 } contact ? $" ({contact})" : "");
    }

    public MediaWikiOptions Options { get; }

    public MediaWikiMetrics Metrics { get; }

    public TimeProvider Time { get; }

    /// <summary>One of the table's; nothing else has an address.</summary>
    public Upstream Of(Wiki wiki) => _wikis.GetOrAdd(wiki.Domain, static (_, asked) => asked.upstreams.Make(asked.wiki), (upstreams: this, wiki));

    /// <summary>Begins an operation.</summary>
    public Operation Begin(Wiki wiki, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wiki);
        return new Operation(this, Of(wiki), cancellationToken);
    }

    /// <summary>Sends a GET and reads as far as the answer's headers.</summary>
    public Task<HttpResponseMessage> SendAsync(Upstream upstream, string pathAndQuery, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(upstream.Address, pathAndQuery));
        if (_wikiUrl is not null) message.Headers.Host = upstream.Wiki.Domain;
        message.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        return _http.SendAsync(message, cancellationToken);
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var limiter in _limiters.Values) limiter.Dispose();
    }

    private Upstream Make(Wiki wiki)
    {
        var address = _wikiUrl ?? new Uri($"https://{wiki.Domain}/");
        var limiter = _limiters.GetOrAdd(address.Authority, static (_, options) => new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxCalls,
            QueueLimit = options.MaxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }), Options);
        return new Upstream(wiki, address, new RetryBudget(), UpstreamPipeline.Of(wiki, Options, limiter, Time, _logger));
    }

    private static SocketsHttpHandler Connections() => new()
    {
        // Addresses change; a connection kept for ever would miss that.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AutomaticDecompression = DecompressionMethods.GZip,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    };
}
