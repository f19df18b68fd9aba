using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using System.Xml;
using System.Xml.Linq;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>
/// Azure Blob Storage over the REST API: <c>https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH</c>. Requests are authorized by a shared access
/// signature in the address, AZURE_STORAGE_ACCESS_KEY or an application (AZURE_CLIENT_ID…); otherwise they are anonymous.
/// </summary>
internal sealed class AzureBlobSource : ModelSource
{
    private const string ApiVersion = "2021-12-02";

    private readonly ObjectAddress _address;
    private readonly string _root;
    private readonly string _account;
    private readonly string _signature;
    private readonly byte[]? _key;
    private readonly TokenCredential? _credential;
    private readonly StorageHttp _http;

    public AzureBlobSource(Uri address, StorageEnvironment environment, StorageHttp http)
    {
        _http = http;
        var path = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/'));
        _address = ObjectAddress.Parse($"https://{path}");
        _account = address.Host[..address.Host.IndexOf('.', StringComparison.Ordinal)];
        // Emulators and private clouds have another endpoint.
        _root = (environment.GetString("AZURE_BLOB_ENDPOINT") ?? address.GetLeftPart(UriPartial.Authority)).TrimEnd('/');
        _signature = address.Query.TrimStart('?');
        _key = ReadAccountKey(environment);
        _credential = _signature.Length > 0 || _key is not null ? null : CreateCredential(environment, http);
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<RemoteFile>();
        string? marker = null;
        do
        {
            var query = $"restype=container&comp=list&prefix={Uri.EscapeDataString(_address.Prefix)}" + (marker is null ? "" : $"&marker={Uri.EscapeDataString(marker)}");
            var page = await _http.RetryAsync(() => ReadPageAsync(CreateUri("", query), cancellationToken), cancellationToken);
            all.AddRange(page.Descendants("Blob").Select(CreateFile));
            marker = page.Descendants("NextMarker").FirstOrDefault()?.Value is { Length: > 0 } next ? next : null;
        }
        while (marker is not null);
        return _address.SelectFiles(all);
    }

    public override async ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var request = Get(file.Address, range);
        request.Headers.Add("x-ms-version", ApiVersion);
        if (_key is not null)
        {
            // The signature covers the Range header as HttpClient sends it.
            request.Headers.Add("x-ms-date", SigningClock.Now().ToString("R", CultureInfo.InvariantCulture));
            request.Headers.Authorization = new AuthenticationHeaderValue("SharedKey", $"{_account}:{Sign(request, _key)}");
        }
        else if (_credential is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await GetTokenAsync(_credential, cancellationToken));
        return request;
    }

    private async Task<XDocument> ReadPageAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(() => CreateRequestAsync(new RemoteFile("", uri, null), range: null, cancellationToken), cancellationToken);
        try
        {
            return await XDocument.LoadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), LoadOptions.None, cancellationToken);
        }
        catch (XmlException failure)
        {
            throw new StorageException(FailureCategory.Corrupt, $"The listing of {_address.Bucket} cannot be read: {failure.Message}", failure);
        }
    }

    private RemoteFile CreateFile(XElement blob)
    {
        var name = blob.Element("Name")!.Value;
        var properties = blob.Element("Properties")!;
        return new RemoteFile(name, CreateUri("/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString)), ""), (long?)properties.Element("Content-Length"))
        {
            EntityTag = properties.Element("Etag")?.Value.Trim('"'),
            Digest = FileDigest.Md5(properties.Element("Content-MD5")?.Value),
        };
    }

    private Uri CreateUri(string path, string query)
    {
        var all = string.Join('&', new[] { query, _signature }.Where(part => part.Length > 0));
        return new Uri($"{_root}/{_address.Bucket}{path}{(all.Length == 0 ? "" : "?" + all)}");
    }

    /// <summary>Shared Key: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key</summary>
    private string Sign(HttpRequestMessage request, byte[] key)
    {
        var headers = string.Concat(request.Headers.Where(header => header.Key.StartsWith("x-ms-", StringComparison.Ordinal)).OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}:{string.Join(',', header.Value)}\n"));
        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        var resource = $"/{_account}{request.RequestUri.AbsolutePath}"
            + string.Concat(query.AllKeys.Order(StringComparer.Ordinal).Select(name => $"\n{name}:{query[name]}"));
        var text = $"GET\n\n\n\n\n\n\n\n\n\n\n{request.Headers.Range}\n{headers}{resource}";
        return Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static byte[]? ReadAccountKey(StorageEnvironment environment)
    {
        try
        {
            return environment.GetString("AZURE_STORAGE_ACCESS_KEY") is { } key ? Convert.FromBase64String(key) : null;
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
            throw new StorageException(FailureCategory.Authentication, $"Azure did not issue a token for this application: {failure.Message.Split('\n')[0]}", failure);
        }
    }
}
