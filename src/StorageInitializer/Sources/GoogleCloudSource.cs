using System.Net.Http.Headers;
using System.Text.Json;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;
using Google.Apis.Services;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;
using InferenceServices.StorageInitializer.Transfer;
using Objects = Google.Apis.Storage.v1.Data.Objects;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>
/// Google Cloud Storage. Credentials are, in this order as in KServe: the credentials file, the account of the machine or pod, anonymous. Google's SDK
/// finds credentials and lists objects; <see cref="Downloader"/> downloads them by generation.
/// </summary>
internal sealed class GoogleCloudSource : ModelSource
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_only";

    private readonly ObjectAddress _address;
    private readonly StorageEnvironment _environment;
    private readonly StorageHttp _http;
    private readonly Uri _endpoint;
    private ICredential? _credential;

    public GoogleCloudSource(ObjectAddress address, StorageEnvironment environment, StorageHttp http)
    {
        (_address, _environment, _http) = (address, environment, http);
        // Emulators set this variable.
        _endpoint = new Uri($"{(environment.GetString("STORAGE_EMULATOR_HOST") ?? "https://storage.googleapis.com").TrimEnd('/')}/storage/v1/");
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        _credential = await FindCredentialAsync();
        // Not disposed: the client would dispose the handler of StorageHttp.
        var client = CreateClient();
        var all = new List<RemoteFile>();
        string? token = null;
        do
        {
            var page = await _http.RetryAsync(() => _http.CallAsync(_endpoint, timeout => ReadPageAsync(client, token, timeout), cancellationToken), cancellationToken);
            all.AddRange((page.Items ?? []).Select(CreateFile));
            token = page.NextPageToken;
        }
        while (token is not null);
        return _address.SelectFiles(all);
    }

    public override async ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var request = Get(file.Address, range);
        if (_credential is null) return request;
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _credential.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken));
            return request;
        }
        catch (TokenResponseException failure)
        {
            throw CreateTokenException(failure);
        }
        catch (HttpRequestException failure)
        {
            throw new TransientException($"Google's token endpoint cannot be reached: {failure.Message}", failure);
        }
    }

    private StorageClientImpl CreateClient()
    {
        var service = new StorageService(new BaseClientService.Initializer
        {
            ApplicationName = "storage-initializer",
            BaseUri = _endpoint.AbsoluteUri,
            HttpClientInitializer = _credential,
            HttpClientFactory = new SharedHandlerFactory(_http),
            GZipEnabled = false,
            // StorageHttp retries and sets the timeouts.
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
        });
        service.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        return new StorageClientImpl(service);
    }

    private async Task<Objects> ReadPageAsync(StorageClient client, string? token, CancellationToken cancellationToken)
    {
        var options = new ListObjectsOptions { PageToken = token, Fields = "items(name,size,md5Hash,generation,contentEncoding),nextPageToken", RetryOptions = RetryOptions.Never };
        try
        {
            return await client.ListObjectsAsync(_address.Bucket, _address.Prefix, options).AsRawResponses().FirstAsync(cancellationToken);
        }
        catch (GoogleApiException failure) when ((int)failure.HttpStatusCode >= 300)
        {
            var message = failure.Error?.Message is { Length: > 0 } text ? $": {text.TrimEnd('.')}" : "";
            throw StorageHttp.CreateException(failure.HttpStatusCode, code: null, $"{_endpoint.Authority} answered {(int)failure.HttpStatusCode}{message}.", retryAfter: null);
        }
        catch (TokenResponseException failure)
        {
            throw CreateTokenException(failure);
        }
        catch (Exception failure) when (failure is GoogleApiException or Newtonsoft.Json.JsonException or FormatException or OverflowException)
        {
            throw new StorageException(FailureCategory.Corrupt, $"The listing of {_address.Bucket} cannot be read: {failure.Message}", failure);
        }
    }

    private RemoteFile CreateFile(Google.Apis.Storage.v1.Data.Object item)
    {
        // Google decompresses such objects in transit; length and checksum do not match then.
        if (item.ContentEncoding is "gzip") throw new StorageException(FailureCategory.Unsupported, $"The object {item.Name} is stored with contentEncoding gzip; store it without.");
        if (item is not { Name: not null, Generation: not null, Size: <= long.MaxValue })
            throw new StorageException(FailureCategory.Corrupt, $"The listing of {_address.Bucket} has an object without name, generation or size.");
        return new RemoteFile(
            item.Name,
            new Uri(_endpoint, $"b/{Uri.EscapeDataString(_address.Bucket)}/o/{Uri.EscapeDataString(item.Name)}?alt=media&generation={item.Generation}"),
            (long)item.Size)
        {
            Version = $"{item.Generation}",
            Digest = FileDigest.Md5(item.Md5Hash),
        };
    }

    private async ValueTask<ICredential?> FindCredentialAsync()
    {
        var path = _environment.GetString("GOOGLE_APPLICATION_CREDENTIALS");
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
        var useMetadataServer = _environment.GetString("STORAGE_EMULATOR_HOST") is null || _environment.GetString("GCE_METADATA_HOST") is not null;
        return useMetadataServer && await ComputeCredential.IsRunningOnComputeEngine() ? new ComputeCredential(new ComputeCredential.Initializer { Scopes = [Scope] }) : null;
    }

    private static StorageException CreateTokenException(TokenResponseException failure)
        => new(FailureCategory.Authentication, $"Google did not issue a token for these credentials: {failure.Error?.ErrorDescription ?? failure.Error?.Error ?? failure.Message}", failure);

    /// <summary>Sends the SDK's requests through the connections of <see cref="StorageHttp"/>, with its TLS options.</summary>
    private sealed class SharedHandlerFactory(StorageHttp http) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => http.Handler;
    }
}
