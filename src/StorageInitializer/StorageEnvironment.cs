using System.Globalization;
using System.Text.Json;

namespace InferenceServices.StorageInitializer;

/// <summary>
/// The variables that KServe's controller and its secrets give to a storage initializer. Each source reads its own; what several of them share has a property here.
/// </summary>
/// <param name="variables">The environment, as it was when the program started.</param>
internal sealed class StorageEnvironment(IReadOnlyDictionary<string, string> variables)
{
    // What `storage-config` calls them, and what the credentials of S3 are called in the environment.
    private static readonly (string Key, string Variable)[] S3Keys =
    [
        ("endpoint_url", "AWS_ENDPOINT_URL"), ("access_key_id", "AWS_ACCESS_KEY_ID"), ("secret_access_key", "AWS_SECRET_ACCESS_KEY"), ("region", "AWS_DEFAULT_REGION"),
        ("ca_bundle", "AWS_CA_BUNDLE"), ("cabundle_configmap", "AWS_CA_BUNDLE_CONFIGMAP"), ("verify_ssl", "S3_VERIFY_SSL"), ("anonymous", "awsAnonymousCredential"),
    ];

    /// <summary>Connections at once, over all files.</summary>
    public int Connections => Number("S3_MAX_FILE_CONCURRENCY", 4, 1, 64);

    /// <summary>Attempts without a byte of progress before giving up.</summary>
    public int MaxAttempts => Number("S3_MAX_ATTEMPTS", 3, 1, 100);

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout => TimeSpan.FromSeconds(Number("S3_CONNECT_TIMEOUT", 15, 1, 3600));

    /// <summary>How long a connection may be silent.</summary>
    public TimeSpan ReadTimeout => TimeSpan.FromSeconds(Number("S3_READ_TIMEOUT", 30, 1, 3600));

    /// <summary>The pause before the second attempt; it doubles with each further one.</summary>
    public TimeSpan RetryDelay => TimeSpan.FromMilliseconds(Number("STORAGE_RETRY_DELAY_MS", 500, 0, 60_000));

    /// <summary>The most bytes an archive may unpack to.</summary>
    public long ArchiveMaxBytes => LongNumber("ARCHIVE_MAX_BYTES", 64L << 30);

    /// <summary>The most files an archive may hold.</summary>
    public long ArchiveMaxFiles => LongNumber("ARCHIVE_MAX_FILES", 100_000);

    /// <summary>A variable, or null where it is absent or empty.</summary>
    public string? Text(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <exception cref="StorageException">The variable is neither 1, true, yes nor 0, false, no.</exception>
    public bool Flag(string name, bool absent) => Text(name)?.ToUpperInvariant() switch
    {
        null => absent,
        "1" or "TRUE" or "YES" => true,
        "0" or "FALSE" or "NO" => false,
        _ => throw Refuse(name, "true or false"),
    };

    /// <summary>A list, as JSON or with commas; empty where the variable is absent.</summary>
    /// <exception cref="StorageException">It looks like JSON and is none.</exception>
    public IReadOnlyList<string> List(string name)
    {
        var text = Text(name);
        if (text is null) return [];
        if (!text.TrimStart().StartsWith('[')) return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return JsonSerializer.Deserialize(text, StorageJson.Default.StringArray) ?? [];
        }
        catch (JsonException)
        {
            throw Refuse(name, "a JSON array of strings, or words with commas between");
        }
    }

    /// <summary>A JSON object of texts; empty where the variable is absent.</summary>
    /// <exception cref="StorageException">It is not one.</exception>
    public IReadOnlyDictionary<string, string> Map(string name)
    {
        var text = Text(name);
        if (text is null) return new Dictionary<string, string>();
        try
        {
            return JsonElement.Parse(text).EnumerateObject().ToDictionary(
                field => field.Name,
                field => field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText(),
                StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Refuse(name, "a JSON object");
        }
    }

    /// <summary>
    /// The same environment with what STORAGE_CONFIG (the secret's) and STORAGE_OVERRIDE_CONFIG (the InferenceService's) say, the latter winning,
    /// and the address with its placeholders filled in.
    /// </summary>
    public (StorageEnvironment Environment, string Address) WithStorageConfig(string address)
    {
        var config = new Dictionary<string, string>(Map("STORAGE_CONFIG"), StringComparer.Ordinal);
        foreach (var (key, value) in Map("STORAGE_OVERRIDE_CONFIG")) config[key] = value;
        if (config.Count == 0) return (this, address);

        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        foreach (var (key, variable) in S3Keys)
            if (config.TryGetValue(key, out var value)) all[variable] = value;
        return (
            new StorageEnvironment(all),
            address.Replace("<scheme-placeholder>", config.GetValueOrDefault("type", "s3"), StringComparison.Ordinal)
                .Replace("<bucket-placeholder>", config.GetValueOrDefault("bucket") ?? config.GetValueOrDefault("default_bucket", ""), StringComparison.Ordinal));
    }

    private int Number(string name, int absent, int least, int most)
    {
        var text = Text(name);
        if (text is null) return absent;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Refuse(name, $"a whole number from {least} to {most}");
    }

    private long LongNumber(string name, long absent)
    {
        var text = Text(name);
        if (text is null) return absent;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw Refuse(name, "a whole number above 0");
    }

    // The value is not told: it may be a secret.
    private static StorageException Refuse(string name, string expected) => new(FailureCategory.Usage, $"The variable {name} must be {expected}.");
}
