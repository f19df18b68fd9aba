using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Xml;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using InferenceServices.Http;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>
/// Azure Blob Storage: <c>https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH</c>. Requests are authorized by a shared access signature in the address,
/// AZURE_STORAGE_ACCESS_KEY or an application (AZURE_CLIENT_ID…); otherwise they are anonymous. The Azure SDK lists blobs and signs URLs;
/// <see cref="Downloader"/> downloads them.
/// </summary>
internal sealed class AzureBlobSource : ModelSource
{
    private readonly ObjectAddress _address;
    private readonly Uri _endpoint;
    private readonly string _signature;
    private readonly StorageSharedKeyCredential? _key;
    private readonly TokenCredential? _credential;
    private readonly BlobContainerClient _container;
    private readonly StorageHttp _http;

    public AzureBlobSource(Uri address, StorageEnvironment environment, StorageHttp http)
    {
        _http = http;
        _address = ObjectAddress.Parse($"https://{Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/'))}");
        // Emulators and private clouds have another endpoint.
        var root = (environment.GetString("AZURE_BLOB_ENDPOINT") ?? address.GetLeftPart(UriPartial.Authority)).TrimEnd('/');
        _endpoint = new Uri($"{root}/{_address.Bucket}");
        _signature = address.Query;
        _key = _signature.Length > 0 ? null : ReadAccountKey(address.Host[..address.Host.IndexOf('.', StringComparison.Ordinal)], environment);
        _credential = _signature.Length > 0 || _key is not null ? null : CreateCredential(environment, http);
        _container = CreateClient();
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<RemoteFile>();
        string? marker = null;
        do
        {
            var page = await _http.RetryAsync(() => _http.CallAsync(_endpoint, timeout => ReadPageAsync(marker, timeout), cancellationToken), cancellationToken);
            all.AddRange(page.Values.Select(CreateFile));
            marker = page.ContinuationToken is { Length: > 0 } next ? next : null;
        }
        while (marker is not null);
        return _address.SelectFiles(all);
    }

    public override async ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var request = Get(new UriBuilder(file.Address) { Query = _key is null ? _signature : Sign(file.Address, _key) }.Uri, range);
        if (_credential is null) return request;
        // A bearer token needs a service version.
        request.Headers.Add("x-ms-version", "2021-12-02");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await GetTokenAsync(_credential, cancellationToken));
        return request;
    }

    private BlobContainerClient CreateClient()
    {
        // StorageHttp retries and sets the timeouts.
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2021_12_02)
        {
            Transport = new HttpClientTransport(_http.Client),
            Retry = { MaxRetries = 0, NetworkTimeout = Timeout.InfiniteTimeSpan },
        };
        if (_key is not null) return new BlobContainerClient(_endpoint, _key, options);
        if (_credential is null) return new BlobContainerClient(new Uri(_endpoint + _signature), options);
        return _endpoint.Scheme == Uri.UriSchemeHttps
            ? new BlobContainerClient(_endpoint, _credential, options)
            : throw new StorageException(FailureCategory.Authentication, "Tokens of an Azure application are sent over https only; change AZURE_BLOB_ENDPOINT.");
    }

    private async Task<Page<BlobItem>> ReadPageAsync(string? marker, CancellationToken cancellationToken)
    {
        try
        {
            return await _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, _address.Prefix, cancellationToken).AsPages(marker).FirstAsync(cancellationToken);
        }
        catch (RequestFailedException failure) when (failure.Status > 0)
        {
            var reason = $"{_endpoint.Authority} answered {failure.Status} {failure.ErrorCode}: {failure.Message.Split('\n')[0].TrimEnd('\r', '.')}.";
            var retryAfter = failure.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true ? RetryAfter.Read(text, TimeProvider.System) : null;
            throw StorageHttp.CreateException((HttpStatusCode)failure.Status, failure.ErrorCode, reason, retryAfter);
        }
        catch (AuthenticationFailedException failure)
        {
            throw CreateTokenException(failure);
        }
        catch (XmlException failure)
        {
            throw new StorageException(FailureCategory.Corrupt, $"The listing of {_address.Bucket} cannot be read: {failure.Message}", failure);
        }
    }

    private RemoteFile CreateFile(BlobItem blob)
        => new(blob.Name, new Uri($"{_endpoint}/{string.Join('/', blob.Name.Split('/').Select(Uri.EscapeDataString))}"), blob.Properties.ContentLength)
        {
            EntityTag = blob.Properties.ETag?.ToString().Trim('"'),
            Digest = blob.Properties.ContentHash is { Length: MD5.HashSizeInBytes } hash ? new FileDigest(HashAlgorithmName.MD5, hash) : null,
        };

    private string Sign(Uri blob, StorageSharedKeyCredential key)
        => new BlobSasBuilder(BlobSasPermissions.Read, SigningClock.OneHourFromNow())
        {
            BlobContainerName = _address.Bucket,
            BlobName = Uri.UnescapeDataString(blob.AbsolutePath[(_endpoint.AbsolutePath.Length + 1)..]),
            Resource = "b",
        }.ToSasQueryParameters(key).ToString();

    private static StorageSharedKeyCredential? ReadAccountKey(string account, StorageEnvironment environment)
    {
        try
        {
            return environment.GetString("AZURE_STORAGE_ACCESS_KEY") is { } key ? new StorageSharedKeyCredential(account, key) : null;
        }
        catch (FormatException)
        {
            throw new StorageException(FailureCategory.Authentication, "The variable AZURE_STORAGE_ACCESS_KEY must be the key in base64, as the portal shows it.");
        }
    }

    private static TokenCredential? CreateCredential(StorageEnvironment environment, StorageHttp http)
    {
        var (tenant, client) = (environment.GetString("AZURE_TENANT_ID") ?? environment.GetString("AZ_TENANT_ID"), environment.GetString("AZURE_CLIENT_ID") ?? environment.GetString("AZ_CLIENT_ID"));
        var secret = environment.GetString("AZURE_CLIENT_SECRET") ?? environment.GetString("AZ_CLIENT_SECRET");
        if (client is null) return null;
        var transport = new HttpClientTransport(http.Client);
        var authority = environment.GetString("AZURE_AUTHORITY_HOST") is { } host ? new Uri(host) : AzureAuthorityHosts.AzurePublicCloud;
        if (tenant is not null && secret is not null)
            return new ClientSecretCredential(tenant, client, secret, new ClientSecretCredentialOptions { Transport = transport, AuthorityHost = authority, DisableInstanceDiscovery = true });
        if (tenant is not null && environment.GetString("AZURE_FEDERATED_TOKEN_FILE") is { } token)
            return new WorkloadIdentityCredential(
                new WorkloadIdentityCredentialOptions { TenantId = tenant, ClientId = client, TokenFilePath = token, Transport = transport, AuthorityHost = authority, DisableInstanceDiscovery = true });
        return new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client));
    }

    private static async Task<string> GetTokenAsync(TokenCredential credential, CancellationToken cancellationToken)
    {
        try
        {
            return (await credential.GetTokenAsync(new TokenRequestContext(["https://storage.azure.com/.default"]), cancellationToken)).Token;
        }
        catch (AuthenticationFailedException failure)
        {
            throw CreateTokenException(failure);
        }
    }

    private static StorageException CreateTokenException(AuthenticationFailedException failure)
        => new(FailureCategory.Authentication, $"Azure did not issue a token for this application: {failure.Message.Split('\n')[0]}", failure);
}
