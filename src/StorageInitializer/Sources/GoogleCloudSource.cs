using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>Google Cloud Storage by its JSON API; as the file of credentials says, else as the machine's or the pod's own account, else as anybody, as KServe does.</summary>
internal sealed class GoogleCloudSource(ObjectAddress address, StorageEnvironment environment, StorageHttp http) : ModelSource
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_only";

    // What emulators of it are found by.
    private readonly string _root = (environment.Text("STORAGE_EMULATOR_HOST") ?? "https://storage.googleapis.com").TrimEnd('/');
    private ICredential? _credential;
    private bool _isCredentialKnown;

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<RemoteFile>();
        string? token = null;
        do
        {
            (var files, token) = await http.GetJsonAsync(() => AuthorizedAsync(PageAddress(token), range: null, cancellationToken), PageOf, cancellationToken);
            all.AddRange(files);
        }
        while (token is not null);
        return address.Choose(all);
    }

    public override ValueTask<HttpRequestMessage> RequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
        => AuthorizedAsync(file.Address, range, cancellationToken);

    private Uri PageAddress(string? token)
        => new($"{_root}/storage/v1/b/{Uri.EscapeDataString(address.Bucket)}/o?prefix={Uri.EscapeDataString(address.Prefix)}&fields=items(name,size,md5Hash,generation,contentEncoding),nextPageToken"
            + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}"));

    private (RemoteFile[] Files, string? Next) PageOf(JsonElement page)
        => (page.TryGetProperty("items", out var items) ? [.. items.EnumerateArray().Select(FileOf)] : [],
            page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null);

    private RemoteFile FileOf(JsonElement item)
    {
        var name = item.Text("name");
        // Google unpacks such objects on the way, and then neither length nor checksum fits.
        if (item.TryGetProperty("contentEncoding", out var encoding) && encoding.GetString() is "gzip")
            throw new StorageException(FailureCategory.Unsupported, $"The object {name} is stored with contentEncoding gzip; store it without.");
        var generation = item.Text("generation");
        return new RemoteFile(
            name,
            new Uri($"{_root}/storage/v1/b/{Uri.EscapeDataString(address.Bucket)}/o/{Uri.EscapeDataString(name)}?alt=media&generation={generation}"),
            long.Parse(item.Text("size"), NumberStyles.None, CultureInfo.InvariantCulture))
        {
            Version = generation,
            Digest = FileDigest.Md5(item.TryGetProperty("md5Hash", out var md5) ? md5.GetString() : null),
        };
    }

    private async ValueTask<HttpRequestMessage> AuthorizedAsync(Uri uri, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var request = Get(uri, range);
        if (!_isCredentialKnown)
        {
            _credential = await FindCredentialAsync();
            _isCredentialKnown = true;
        }
        if (_credential is null) return request;
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _credential.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken));
            return request;
        }
        catch (TokenResponseException failure)
        {
            throw new StorageException(FailureCategory.Authentication, $"Google gives no token for these credentials: {failure.Error?.ErrorDescription ?? failure.Error?.Error ?? failure.Message}", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new TransientException($"The server of Google's tokens cannot be reached: {failure.Message}", failure);
        }
    }

    private async ValueTask<ICredential?> FindCredentialAsync()
    {
        var path = environment.Text("GOOGLE_APPLICATION_CREDENTIALS");
        if (path is null || !File.Exists(path)) return await OwnAsync();
        try
        {
            return CredentialFactory.FromFile(path, JsonElement.Parse(File.ReadAllText(path)).GetProperty("type").GetString()!).CreateScoped(Scope).UnderlyingCredential as ICredential;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or GoogleApiException or ArgumentException)
        {
            throw new StorageException(FailureCategory.Authentication, $"GOOGLE_APPLICATION_CREDENTIALS names {path}, which is no file of Google's credentials: {failure.Message}", failure);
        }
    }

    /// <summary>Workload identity: what Google's clusters give a pod by a server that only they have. An emulator is not asked for it, as it takes seconds to hear nothing.</summary>
    private async ValueTask<ICredential?> OwnAsync()
    {
        var isAsked = environment.Text("STORAGE_EMULATOR_HOST") is null || environment.Text("GCE_METADATA_HOST") is not null;
        return isAsked && await ComputeCredential.IsRunningOnComputeEngine() ? new ComputeCredential(new ComputeCredential.Initializer { Scopes = [Scope] }) : null;
    }
}
