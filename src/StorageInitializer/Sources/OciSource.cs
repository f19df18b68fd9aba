using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>
/// A model in an OCI registry, fetched with the distribution protocol: an image with files below <c>/models</c> (KServe's modelcar), or an artifact
/// whose layers are files with a title (ORAS). <c>oci://REGISTRY/NAME[:TAG|@sha256:DIGEST]</c>
/// </summary>
internal sealed class OciSource : ModelSource
{
    private const string Title = "org.opencontainers.image.title";

    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ];

    private readonly string _registry;
    private readonly string _name;
    private readonly string _reference;
    private readonly StorageHttp _http;
    private readonly IReadOnlyList<string> _tokenHosts;
    private readonly AuthenticationHeaderValue? _credentials;
    private AuthenticationHeaderValue? _authorization;

    public OciSource(string address, StorageEnvironment environment, StorageHttp http)
    {
        var rest = address["oci://".Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || slash == rest.Length - 1) throw new StorageException(FailureCategory.Unsupported, "The address must be oci://registry/name:tag or oci://registry/name@sha256:digest.");
        _registry = rest[..slash];
        var path = rest[(slash + 1)..];
        var digest = path.IndexOf('@', StringComparison.Ordinal);
        var named = digest < 0 ? path : path[..digest];
        var tag = named.IndexOf(':', StringComparison.Ordinal);
        _name = tag < 0 ? named : named[..tag];
        // A digest wins over a tag.
        _reference = digest >= 0 ? path[(digest + 1)..] : tag < 0 ? "latest" : named[(tag + 1)..];
        _http = http;
        _tokenHosts = environment.GetList("OCI_TOKEN_HOSTS");
        _credentials = ReadCredentials(environment, _registry);
        _authorization = _credentials;
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var (digest, layers) = await FetchManifestAsync(_reference, cancellationToken);
        if (digest is not null) (_, layers) = await FetchManifestAsync(digest, cancellationToken);
        return layers ?? throw new StorageException(FailureCategory.Corrupt, "The registry's manifest has no layers.");
    }

    public override ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var request = Get(file.Address, range);
        request.Headers.Authorization = _authorization;
        return ValueTask.FromResult(request);
    }

    private RemoteFile CreateFile(JsonElement layer)
    {
        var digest = layer.RequiredString("digest");
        var type = layer.RequiredString("mediaType");
        var title = layer.TryGetProperty("annotations", out var annotations) && annotations.TryGetProperty(Title, out var found) ? found.GetString() : null;
        if (title is null && type.EndsWith("zstd", StringComparison.Ordinal))
            throw new StorageException(FailureCategory.Unsupported, $"A layer is compressed with zstd ({type}), which is not supported; push the image with gzip layers.");
        var sha256 = digest.StartsWith("sha256:", StringComparison.Ordinal) ? FileDigest.Sha256(digest["sha256:".Length..]) : null;
        return new RemoteFile(title ?? digest.Replace(':', '-'), CreateUri($"blobs/{digest}"), layer.RequiredSize("size"))
        {
            Version = digest,
            Digest = sha256 ?? throw new StorageException(FailureCategory.Unsupported, $"The digest {digest} is not SHA-256."),
            IsLayer = title is null,
        };
    }

    /// <summary>Fetches a manifest.</summary>
    /// <returns>The digest of the manifest for this architecture, if the manifest is an index; else the layers.</returns>
    private async Task<(string? Digest, IReadOnlyList<RemoteFile>? Layers)> FetchManifestAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetJsonAsync(() => CreateManifestRequest(reference), Read, cancellationToken, Verify);
        }
        catch (StorageException failure) when (failure is { Category: FailureCategory.Authentication, InnerException: UnauthorizedException challenge })
        {
            _authorization = await FetchTokenAsync(challenge.Challenges, cancellationToken) ?? throw new StorageException(FailureCategory.Authentication, failure.Message, failure);
            return await _http.GetJsonAsync(() => CreateManifestRequest(reference), Read, cancellationToken, Verify);
        }

        // A tag names any manifest; a digest, and the digest of a child of an index, names these bytes.
        void Verify(byte[] manifest)
        {
            var colon = reference.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) return;
            if (!reference.StartsWith("sha256:", StringComparison.Ordinal)) throw new StorageException(FailureCategory.Unsupported, $"The digest {reference} is not SHA-256.");
            var actual = Convert.ToHexStringLower(SHA256.HashData(manifest));
            if (!actual.Equals(reference[(colon + 1)..], StringComparison.OrdinalIgnoreCase))
                throw new StorageException(FailureCategory.Corrupt, $"The registry sent a manifest of digest sha256:{actual} for {reference}.");
        }

        (string?, IReadOnlyList<RemoteFile>?) Read(JsonElement manifest)
            => manifest.TryGetProperty("manifests", out var choices) ? (FindPlatformDigest(choices), null)
            : manifest.TryGetProperty("layers", out var layers) ? (null, [.. layers.EnumerateArray().Select(CreateFile)])
            : (null, null);
    }

    private ValueTask<HttpRequestMessage> CreateManifestRequest(string reference)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, CreateUri($"manifests/{reference}"));
        foreach (var type in Manifests) request.Headers.Accept.ParseAdd(type);
        request.Headers.Authorization = _authorization;
        return ValueTask.FromResult(request);
    }

    /// <summary>Fetches a token from the token endpoint that the challenge names: https://distribution.github.io/distribution/spec/auth/token/</summary>
    private async Task<AuthenticationHeaderValue?> FetchTokenAsync(IEnumerable<AuthenticationHeaderValue> challenges, CancellationToken cancellationToken)
    {
        var bearer = challenges.FirstOrDefault(challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))?.Parameter;
        if (bearer is null) return null;
        var parameters = ParseChallenge(bearer);
        if (!parameters.TryGetValue("realm", out var realm)) return null;
        var query = string.Join('&', parameters.Where(parameter => parameter.Key is "service" or "scope").Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));
        if (!Uri.TryCreate($"{realm}?{query}", UriKind.Absolute, out var address)) return null;
        var token = await _http.GetJsonAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, address);
                if (MayReceiveCredentials(address)) request.Headers.Authorization = _credentials;
                return ValueTask.FromResult(request);
            },
            response => response.TryGetProperty("token", out var found) || response.TryGetProperty("access_token", out found) ? found.GetString() : null,
            cancellationToken);
        return token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Returns whether a token endpoint may receive the registry's credentials: the registry itself, or a host that OCI_TOKEN_HOSTS lists, over TLS. A challenge can name any address.</summary>
    private bool MayReceiveCredentials(Uri address)
        => address.Authority == CreateUri("").Authority ? address.Scheme == CreateUri("").Scheme : address.Scheme == "https" && _tokenHosts.Contains(address.Authority);

    /// <summary>Parses <c>realm="…",service="…",scope="…"</c>.</summary>
    private static Dictionary<string, string> ParseChallenge(string challenge)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < challenge.Length;)
        {
            var equals = challenge.IndexOf("=\"", at, StringComparison.Ordinal);
            if (equals < 0) break;
            var end = challenge.IndexOf('"', equals + 2);
            if (end < 0) break;
            all[challenge[at..equals].Trim(' ', ',')] = challenge[(equals + 2)..end];
            at = end + 1;
        }
        return all;
    }

    private static string FindPlatformDigest(JsonElement choices)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        foreach (var choice in choices.EnumerateArray())
            if (choice.TryGetProperty("platform", out var platform) && platform.RequiredString("architecture") == architecture) return choice.RequiredString("digest");
        throw new StorageException(FailureCategory.NotFound, $"The image has no manifest for {architecture}.");
    }

    // Registries on loopback use HTTP, as other registry clients assume.
    private Uri CreateUri(string what)
    {
        var host = _registry.Split(':')[0];
        return new Uri($"{(host is "localhost" || IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) ? "http" : "https")}://{_registry}/v2/{_name}/{what}");
    }

    private static AuthenticationHeaderValue? ReadCredentials(StorageEnvironment environment, string registry)
    {
        var folder = environment.GetString("DOCKER_CONFIG") ?? Path.Combine(environment.GetString("HOME") ?? "/", ".docker");
        var file = Path.Combine(folder, "config.json");
        if (!File.Exists(file)) return null;
        try
        {
            return JsonElement.Parse(File.ReadAllText(file)).TryGetProperty("auths", out var all) && all.TryGetProperty(registry, out var entry) && entry.TryGetProperty("auth", out var auth)
                ? new AuthenticationHeaderValue("Basic", auth.GetString())
                : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new StorageException(FailureCategory.Authentication, $"{file} is not a valid registry configuration: {failure.Message}", failure);
        }
    }
}
