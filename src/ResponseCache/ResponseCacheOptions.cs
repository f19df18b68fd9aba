using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ResponseCache;

/// <summary>Configures the cache of a service's responses. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(ResponseCacheOptionsValidator))]
public sealed partial class ResponseCacheOptions
{
    /// <summary>Gets or sets whether responses are cached.</summary>
    [ConfigurationKeyName("prediction_cache")]
    [Description("Cache a service's responses about immutable data, such as revisions, and coalesce identical concurrent requests. Default true.")]
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the memory for responses in bytes.</summary>
    [ConfigurationKeyName("prediction_cache_bytes")]
    [Description("Memory for cached responses, in bytes. Default 67108864 (64 MiB).")]
    [Range(1, long.MaxValue)]
    public long Bytes { get; set; } = 64 << 20;

    /// <summary>Gets or sets the lifetime of a response in seconds.</summary>
    [ConfigurationKeyName("prediction_cache_seconds")]
    [Description("Lifetime of a cached response in seconds; a revision's templates may change, and so may a model behind a predictor. Default 86400, a day.")]
    [Range(1, 31_536_000)]
    public int Seconds { get; set; } = 86_400;

    /// <summary>Gets or sets the connection string of a shared store.</summary>
    [ConfigurationKeyName("prediction_cache_postgres")]
    [Description("Connection string of a PostgreSQL database where replicas share responses, as Host=db;Username=u;Password=p;Database=d. Default none.")]
    public string? Postgres { get; set; }

    internal TimeSpan Lifetime => TimeSpan.FromSeconds(Seconds);
}
