using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ResponseCache;

/// <summary>Where a service's answers are kept. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(ResponseCacheOptionsValidator))]
public sealed partial class ResponseCacheOptions
{
    /// <summary>Whether at all.</summary>
    [ConfigurationKeyName("prediction_cache")]
    [Description("Keep a service's answers about what does not change, as revisions, and fetch once for callers who ask the same at the same time. Default true.")]
    public bool Enabled { get; set; } = true;

    /// <summary>Memory for them.</summary>
    [ConfigurationKeyName("prediction_cache_bytes")]
    [Description("Bytes of answers that are kept in memory. Default 67108864 (64 MiB).")]
    [Range(1, long.MaxValue)]
    public long Bytes { get; set; } = 64 << 20;

    /// <summary>How long.</summary>
    [ConfigurationKeyName("prediction_cache_seconds")]
    [Description("Seconds an answer is kept; a revision's templates may change, and so may a model behind a predictor. Default 86400, a day.")]
    [Range(1, 31_536_000)]
    public int Seconds { get; set; } = 86_400;

    /// <summary>A store that replicas share.</summary>
    [ConfigurationKeyName("prediction_cache_postgres")]
    [Description("Connection string of a PostgreSQL database where replicas share the answers, as Host=db;Username=u;Password=p;Database=d. Default none.")]
    public string? Postgres { get; set; }

    internal TimeSpan Lifetime => TimeSpan.FromSeconds(Seconds);
}
