using System.Net.Http.Headers;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.S3.Model;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>S3 and compatible stores. The AWS SDK resolves credentials, lists objects and signs URLs; <see cref="Downloader"/> downloads the presigned URLs.</summary>
internal sealed class S3Source : ModelSource
{
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
        _isAnonymous = environment.GetBoolean("awsAnonymousCredential", defaultValue: false);
        var endpoint = GetEndpoint(environment);
        _protocol = endpoint?.StartsWith("http://", StringComparison.Ordinal) == true ? Protocol.HTTP : Protocol.HTTPS;
        var config = new AmazonS3Config
        {
            // Other stores have one host name, unless S3_USER_VIRTUAL_BUCKET is set.
            ForcePathStyle = endpoint is not null && !environment.GetBoolean("S3_USER_VIRTUAL_BUCKET", defaultValue: false),
            UseAccelerateEndpoint = environment.GetBoolean("S3_USE_ACCELERATE", defaultValue: false),
            AuthenticationRegion = environment.GetString("AWS_DEFAULT_REGION") ?? environment.GetString("AWS_REGION") ?? "us-east-1",
            HttpClientFactory = new SharedClientFactory(http),
            // StorageHttp retries.
            MaxErrorRetry = 0,
        };
        if (endpoint is null) config.RegionEndpoint = RegionEndpoint.GetBySystemName(config.AuthenticationRegion);
        else config.ServiceURL = endpoint;
        var credentials = ResolveCredentials(environment);
        _client = new AmazonS3Client(credentials, config);
        // For anonymous access the signature is removed from the presigned URL.
        _signer = new AmazonS3Client(_isAnonymous ? new BasicAWSCredentials("anonymous", "anonymous") : credentials, config);
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
        return _address.SelectFiles(all);
    }

    public override async ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        // The key is in the fragment, because a path would be normalized.
        var key = Uri.UnescapeDataString(file.Address.Fragment[1..]);
        var signed = await _signer.GetPreSignedURLAsync(
            new GetPreSignedUrlRequest { BucketName = _address.Bucket, Key = key, Verb = HttpVerb.GET, Protocol = _protocol, Expires = SigningClock.OneHourFromNow() });
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
        using var limit = _http.CreateResponseTimeout(cancellationToken);
        try
        {
            return await _client.ListObjectsV2Async(request, limit.Token);
        }
        catch (AmazonS3Exception failure)
        {
            throw StorageHttp.CreateException(failure.StatusCode, failure.ErrorCode, $"{failure.ErrorCode}: {failure.Message}", retryAfter: null);
        }
        // The SDK reports an interrupted listing as a parse error.
        catch (Exception failure) when (failure is AmazonUnmarshallingException
            || StorageHttp.IsTransient(failure, cancellationToken)
            || (failure.InnerException is { } cause && StorageHttp.IsTransient(cause, cancellationToken)))
        {
            throw new TransientException($"The listing of {_address.Bucket} failed: {failure.Message}", failure);
        }
        catch (AmazonClientException failure)
        {
            throw new StorageException(FailureCategory.Authentication, $"No credentials: {failure.Message}", failure);
        }
    }

    private static string? GetEndpoint(StorageEnvironment environment)
    {
        var endpoint = environment.GetString("AWS_ENDPOINT_URL") ?? environment.GetString("S3_ENDPOINT");
        if (endpoint is null) return null;
        if (!endpoint.Contains("://", StringComparison.Ordinal)) endpoint = (environment.GetBoolean("S3_USE_HTTPS", defaultValue: true) ? "https://" : "http://") + endpoint;
        // The global endpoint in KServe's examples serves one region only; the SDK derives the regional endpoint.
        return endpoint.TrimEnd('/') is "https://s3.amazonaws.com" ? null : endpoint;
    }

    private AWSCredentials ResolveCredentials(StorageEnvironment environment)
    {
        if (_isAnonymous) return new AnonymousAWSCredentials();
        var (id, secret, token) = (environment.GetString("AWS_ACCESS_KEY_ID"), environment.GetString("AWS_SECRET_ACCESS_KEY"), environment.GetString("AWS_SESSION_TOKEN"));
        if (id is not null && secret is not null) return token is null ? new BasicAWSCredentials(id, secret) : new SessionAWSCredentials(id, secret, token);
        try
        {
            // Web identity (IRSA), a profile, or the instance role.
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

    /// <summary>Sends the SDK's requests through <see cref="StorageHttp"/>'s client, with its TLS options and timeouts.</summary>
    private sealed class SharedClientFactory(StorageHttp http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http.Client;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
