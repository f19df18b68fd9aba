using System.Globalization;
using System.Text.Json;

namespace InferenceServices.StorageInitializer;

/// <summary>
/// The environment variables that KServe's controller and secrets set for a storage initializer. Each source reads its own variables;
/// shared settings are properties of this class.
/// </summary>
/// <param name="variables">The environment variables at program start.</param>
internal sealed class StorageEnvironment(IReadOnlyDictionary<string, string> variables)
{
    // Keys of `storage-config` and the environment variables of S3 that they set.
    private static readonly (string Key, string Variable)[] S3Keys =
    [
        ("endpoint_url", "AWS_ENDPOINT_URL"), ("access_key_id", "AWS_ACCESS_KEY_ID"), ("secret_access_key", "AWS_SECRET_ACCESS_KEY"), ("region", "AWS_DEFAULT_REGION"),
        ("ca_bundle", "AWS_CA_BUNDLE"), ("cabundle_configmap", "AWS_CA_BUNDLE_CONFIGMAP"), ("verify_ssl", "S3_VERIFY_SSL"), ("anonymous", "awsAnonymousCredential"),
    ];

    /// <summary>Gets the maximum number of parallel connections for all files. The default is 4.</summary>
    public int MaxConnections => GetInt32("S3_MAX_FILE_CONCURRENCY", 4, 1, 64);

    /// <summary>Gets the maximum number of attempts without progress. The default is 3.</summary>
    public int MaxAttempts => GetInt32("S3_MAX_ATTEMPTS", 3, 1, 100);

    /// <summary>Gets the timeout for connecting. The default is 15 s.</summary>
    public TimeSpan ConnectTimeout => TimeSpan.FromSeconds(GetInt32("S3_CONNECT_TIMEOUT", 15, 1, 3600));

    /// <summary>Gets the timeout for each read, without data from the server. The default is 30 s.</summary>
    public TimeSpan ReadTimeout => TimeSpan.FromSeconds(GetInt32("S3_READ_TIMEOUT", 30, 1, 3600));

    /// <summary>Gets the delay before the second attempt, doubled for each further attempt. The default is 500 ms.</summary>
    public TimeSpan RetryDelay => TimeSpan.FromMilliseconds(GetInt32("STORAGE_RETRY_DELAY_MS", 500, 0, 60_000));

    /// <summary>Gets the maximum unpacked size of an archive in bytes. The default is 64 GiB.</summary>
    public long ArchiveMaxBytes => GetInt64("ARCHIVE_MAX_BYTES", 64L << 30);

    /// <summary>Gets the maximum number of files in an archive. The default is 100,000.</summary>
    public long ArchiveMaxFiles => GetInt64("ARCHIVE_MAX_FILES", 100_000);

    /// <summary>Returns a variable, or null if it is absent or empty.</summary>
    public string? GetString(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Returns a boolean variable.</summary>
    /// <exception cref="StorageException">The variable is neither 1, true, yes nor 0, false, no.</exception>
    public bool GetBoolean(string name, bool defaultValue) => GetString(name)?.ToUpperInvariant() switch
    {
        null => defaultValue,
        "1" or "TRUE" or "YES" => true,
        "0" or "FALSE" or "NO" => false,
        _ => throw InvalidVariable(name, "true or false"),
    };

    /// <summary>Returns a list, written as a JSON array or comma-separated; empty if the variable is absent.</summary>
    /// <exception cref="StorageException">The value starts with [ but is not a JSON array of strings.</exception>
    public IReadOnlyList<string> GetList(string name)
    {
        var text = GetString(name);
        if (text is null) return [];
        if (!text.TrimStart().StartsWith('[')) return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return JsonSerializer.Deserialize(text, StorageJson.Default.StringArray) ?? [];
        }
        catch (JsonException)
        {
            throw InvalidVariable(name, "a JSON array of strings, or comma-separated words");
        }
    }

    /// <summary>Returns the properties of a JSON object as strings; empty if the variable is absent.</summary>
    /// <exception cref="StorageException">The value is not a JSON object.</exception>
    public IReadOnlyDictionary<string, string> GetMap(string name)
    {
        var text = GetString(name);
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
            throw InvalidVariable(name, "a JSON object");
        }
    }

    /// <summary>
    /// Applies STORAGE_CONFIG (of the secret) and STORAGE_OVERRIDE_CONFIG (of the InferenceService, which takes precedence) to the environment,
    /// and replaces the placeholders of the address.
    /// </summary>
    public (StorageEnvironment Environment, string Address) WithStorageConfig(string address)
    {
        var config = new Dictionary<string, string>(GetMap("STORAGE_CONFIG"), StringComparer.Ordinal);
        foreach (var (key, value) in GetMap("STORAGE_OVERRIDE_CONFIG")) config[key] = value;
        if (config.Count == 0) return (this, address);

        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        foreach (var (key, variable) in S3Keys)
            if (config.TryGetValue(key, out var value)) all[variable] = value;
        return (
            new StorageEnvironment(all),
            address.Replace("<scheme-placeholder>", config.GetValueOrDefault("type", "s3"), StringComparison.Ordinal)
                .Replace("<bucket-placeholder>", config.GetValueOrDefault("bucket") ?? config.GetValueOrDefault("default_bucket", ""), StringComparison.Ordinal));
    }

    private int GetInt32(string name, int defaultValue, int minimum, int maximum)
    {
        var text = GetString(name);
        if (text is null) return defaultValue;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw InvalidVariable(name, $"a whole number from {minimum} to {maximum}");
    }

    private long GetInt64(string name, long defaultValue)
    {
        var text = GetString(name);
        if (text is null) return defaultValue;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw InvalidVariable(name, "a whole number above 0");
    }

    // The message omits the value, which may be a secret.
    private static StorageException InvalidVariable(string name, string expected) => new(FailureCategory.Usage, $"The variable {name} must be {expected}.");
}
