using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>Google Cloud Storage over the JSON API. Credentials are, in this order as in KServe: the credentials file, the account of the machine or pod, anonymous.</summary>
internal sealed class GoogleCloudSource(ObjectAddress address, StorageEnvironment environment, StorageHttp http) : ModelSource
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_only";

    // Emulators set this variable.
    private readonly string _root = (environment.GetString("STORAGE_EMULATOR_HOST") ?? "https://storage.googleapis.com").TrimEnd('/');
    private ICredential? _credential;
    private bool _isCredentialKnown;

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<RemoteFile>();
        string? token = null;
        do
        {
            (var files, token) = await http.GetJsonAsync(() => CreateAuthorizedRequestAsync(CreatePageUri(token), range: null, cancellationToken), ParsePage, cancellationToken);
            all.AddRange(files);
        }
        while (token is not null);
        return address.SelectFiles(all);
    }

    public override ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
        => CreateAuthorizedRequestAsync(file.Address, range, cancellationToken);

    private Uri CreatePageUri(string? token)
        => new($"{_root}/storage/v1/b/{Uri.EscapeDataString(address.Bucket)}/o?prefix={Uri.EscapeDataString(address.Prefix)}&fields=items(name,size,md5Hash,generation,contentEncoding),nextPageToken"
            + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}"));

    private (RemoteFile[] Files, string? Next) ParsePage(JsonElement page)
        => (page.TryGetProperty("items", out var items) ? [.. items.EnumerateArray().Select(CreateFile)] : [],
            page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null);

    private RemoteFile CreateFile(JsonElement item)
    {
        var name = item.RequiredString("name");
        // Google decompresses such objects in transit; length and checksum do not match then.
        if (item.TryGetProperty("contentEncoding", out var encoding) && encoding.GetString() is "gzip")
            throw new StorageException(FailureCategory.Unsupported, $"The object {name} is stored with contentEncoding gzip; store it without.");
        var generation = item.RequiredString("generation");
        return new RemoteFile(
            name,
            new Uri($"{_root}/storage/v1/b/{Uri.EscapeDataString(address.Bucket)}/o/{Uri.EscapeDataString(name)}?alt=media&generation={generation}"),
            long.Parse(item.RequiredString("size"), NumberStyles.None, CultureInfo.InvariantCulture))
        {
            Version = generation,
            Digest = FileDigest.Md5(item.TryGetProperty("md5Hash", out var md5) ? md5.GetString() : null),
        };
    }

    private async ValueTask<HttpRequestMessage> CreateAuthorizedRequestAsync(Uri uri, RangeHeaderValue? range, CancellationToken cancellationToken)
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
            throw new StorageException(FailureCategory.Authentication, $"Google did not issue a token for these credentials: {failure.Error?.ErrorDescription ?? failure.Error?.Error ?? failure.Message}", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new TransientException($"Google's token endpoint cannot be reached: {failure.Message}", failure);
        }
    }

    private async ValueTask<ICredential?> FindCredentialAsync()
    {
        var path = environment.GetString("GOOGLE_APPLICATION_CREDENTIALS");
        if (path is null || !File.Exists(path)) return await FindMetadataCredentialAsync();
        try
        {
            return CredentialFactory.FromFile(path, JsonElement.Parse(File.ReadAllText(path)).GetProperty("type").GetString()!).CreateScoped(Scope).UnderlyingCredential as ICredential;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or GoogleApiException or ArgumentException)
        {
            throw new StorageException(FailureCategory.Authentication, $"GOOGLE_APPLICATION_CREDENTIALS names {path}, which is not a Google credentials file: {failure.Message}", failure);
        }
    }

    /// <summary>Returns the workload identity of the metadata server, if any. The lookup is skipped for an emulator, because it takes seconds to time out.</summary>
    private async ValueTask<ICredential?> FindMetadataCredentialAsync()
    {
        var useMetadataServer = environment.GetString("STORAGE_EMULATOR_HOST") is null || environment.GetString("GCE_METADATA_HOST") is not null;
        return useMetadataServer && await ComputeCredential.IsRunningOnComputeEngine() ? new ComputeCredential(new ComputeCredential.Initializer { Scopes = [Scope] }) : null;
    }
}
