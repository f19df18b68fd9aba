using System.Net.Http.Headers;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.S3.Model;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>S3 and what speaks like it. The library finds credentials and signs; files are fetched by signed addresses, so that every source downloads alike.</summary>
internal sealed class S3Source : ModelSource
{
    private static readonly string[] WrongCredentials = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthorizationHeaderMalformed"];

    private readonly ObjectAddress _address;
    private readonly StorageHttp _http;
    private readonly AmazonS3Client _client;
    private readonly AmazonS3Client _signer;
    private readonly bool _isAnonymous;
    private readonly Protocol _protocol;

    public S3Source(ObjectAddress address, StorageEnvironment environment, StorageHttp http)
    {
        _address = address;
        _http = http;
        _isAnonymous = environment.Flag("awsAnonymousCredential", absent: false);
        var endpoint = EndpointOf(environment);
        _protocol = endpoint?.StartsWith("http://", StringComparison.Ordinal) == true ? Protocol.HTTP : Protocol.HTTPS;
        var config = new AmazonS3Config
        {
            // Another than Amazon's knows one name only, unless it is said otherwise.
            ForcePathStyle = endpoint is not null && !environment.Flag("S3_USER_VIRTUAL_BUCKET", absent: false),
            UseAccelerateEndpoint = environment.Flag("S3_USE_ACCELERATE", absent: false),
            AuthenticationRegion = environment.Text("AWS_DEFAULT_REGION") ?? environment.Text("AWS_REGION") ?? "us-east-1",
            HttpClientFactory = new Clients(http),
            // Attempts are counted in one place, ours.
            MaxErrorRetry = 0,
        };
        if (endpoint is null) config.RegionEndpoint = RegionEndpoint.GetBySystemName(config.AuthenticationRegion);
        else config.ServiceURL = endpoint;
        var credentials = CredentialsOf(environment);
        _client = new AmazonS3Client(credentials, config);
        // For anybody the address counts, and the signature is taken off again.
        _signer = new AmazonS3Client(_isAnonymous ? new BasicAWSCredentials("anybody", "anybody") : credentials, config);
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<RemoteFile>();
        var request = new ListObjectsV2Request { BucketName = _address.Bucket, Prefix = _address.Prefix };
        do
        {
            var page = await _http.RetryAsync(() => ListAsync(request, cancellationToken), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
                all.Add(new RemoteFile(found.Key, new Uri($"s3://object/#{Uri.EscapeDataString(found.Key)}"), found.Size) { EntityTag = found.ETag.Trim('"') });
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
        return _address.Choose(all);
    }

    public override async ValueTask<HttpRequestMessage> RequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        // The key stands in the fragment: a path would have lost how it was written.
        var key = Uri.UnescapeDataString(file.Address.Fragment[1..]);
        var signed = await _signer.GetPreSignedURLAsync(
            new GetPreSignedUrlRequest { BucketName = _address.Bucket, Key = key, Verb = HttpVerb.GET, Protocol = _protocol, Expires = SigningClock.InAnHour() });
        return Get(new Uri(_isAnonymous ? signed[..signed.IndexOf('?', StringComparison.Ordinal)] : signed), range);
    }

    public override void Dispose()
    {
        base.Dispose();
        _client.Dispose();
        _signer.Dispose();
    }

    private async Task<ListObjectsV2Response> ListAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        using var limit = _http.LimitAnswer(cancellationToken);
        try
        {
            return await _client.ListObjectsV2Async(request, limit.Token);
        }
        catch (AmazonS3Exception failure)
        {
            throw StorageHttp.FailureOf(failure.StatusCode, $"{failure.ErrorCode}: {failure.Message}", WrongCredentials.Contains(failure.ErrorCode), retryAfter: null);
        }
        // A listing that broke off cannot be read, and the library says only that.
        catch (Exception failure) when (failure is AmazonUnmarshallingException
            || StorageHttp.IsTransient(failure, cancellationToken)
            || (failure.InnerException is { } cause && StorageHttp.IsTransient(cause, cancellationToken)))
        {
            throw new TransientException($"The listing of {_address.Bucket} cannot be had: {failure.Message}", failure);
        }
        catch (AmazonClientException failure)
        {
            throw new StorageException(FailureCategory.Authentication, $"No credentials: {failure.Message}", failure);
        }
    }

    private static string? EndpointOf(StorageEnvironment environment)
    {
        var endpoint = environment.Text("AWS_ENDPOINT_URL") ?? environment.Text("S3_ENDPOINT");
        if (endpoint is null) return null;
        if (!endpoint.Contains("://", StringComparison.Ordinal)) endpoint = (environment.Flag("S3_USE_HTTPS", absent: true) ? "https://" : "http://") + endpoint;
        // Amazon's first address, which KServe's examples name, knows buckets of one region only; its library knows the addresses of all.
        return endpoint.TrimEnd('/') is "https://s3.amazonaws.com" ? null : endpoint;
    }

    private AWSCredentials CredentialsOf(StorageEnvironment environment)
    {
        if (_isAnonymous) return new AnonymousAWSCredentials();
        var (id, secret, token) = (environment.Text("AWS_ACCESS_KEY_ID"), environment.Text("AWS_SECRET_ACCESS_KEY"), environment.Text("AWS_SESSION_TOKEN"));
        if (id is not null && secret is not null) return token is null ? new BasicAWSCredentials(id, secret) : new SessionAWSCredentials(id, secret, token);
        try
        {
            // A role by web identity (IRSA), a profile, the machine's own.
            return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }
        catch (AmazonClientException failure)
        {
            throw new StorageException(
                FailureCategory.Authentication,
                "No credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, give the service account a role, or set awsAnonymousCredential=true.",
                failure);
        }
    }

    /// <summary>The library's requests through our connections, with their trust and their timeouts.</summary>
    private sealed class Clients(StorageHttp http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http.Client;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
