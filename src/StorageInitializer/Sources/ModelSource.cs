using System.Net.Http.Headers;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A store of models: lists the files of a model and creates requests for them. <see cref="Downloader"/> downloads from all stores.</summary>
internal abstract class ModelSource : IDisposable
{
    /// <summary>Lists the files of the model.</summary>
    /// <exception cref="StorageException">The model has no file, or access is denied.</exception>
    public abstract Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates an authorized request for the content of a file. Each attempt needs a new request, because signatures expire.</summary>
    public abstract ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken);

    /// <summary>Creates the source of an address.</summary>
    /// <exception cref="StorageException">The address is not supported.</exception>
    public static ModelSource Create(string address, StorageEnvironment environment, StorageHttp http)
    {
        if (address.StartsWith("s3://", StringComparison.Ordinal)) return new S3Source(ObjectAddress.Parse(address), environment, http);
        if (address.StartsWith("gs://", StringComparison.Ordinal)) return new GoogleCloudSource(ObjectAddress.Parse(address), environment, http);
        if (address.StartsWith("hf://", StringComparison.Ordinal)) return new HuggingFaceSource(address, environment, http);
        if (address.StartsWith("oci://", StringComparison.Ordinal)) return new OciSource(address, environment, http);
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            // ACCOUNT.blob.core.windows.net or, in accounts of Azure DNS zones, ACCOUNT.z01.blob.storage.azure.net.
            if (uri!.Host.Contains(".blob.core.", StringComparison.Ordinal) || uri.Host.EndsWith(".blob.storage.azure.net", StringComparison.Ordinal)) return new AzureBlobSource(uri, environment, http);
            if (uri.Host.Contains(".file.core.", StringComparison.Ordinal) || uri.Host.EndsWith(".file.storage.azure.net", StringComparison.Ordinal)) throw Unsupported("Azure file shares");
            if (uri.AbsolutePath.EndsWith(".git", StringComparison.Ordinal)) throw Unsupported("git repositories");
            return new HttpSource(uri, http);
        }
        foreach (var scheme in (string[])["hdfs", "webhdfs", "modelscope"])
            if (address.StartsWith(scheme + "://", StringComparison.Ordinal)) throw Unsupported(scheme + "://");
        throw new StorageException(
            FailureCategory.Unsupported,
            $"Cannot recognize storage type for {ModelAddress.Redact(address)}; 's3://', 'gs://', 'hf://', 'oci://', 'pvc://', 'file://', 'http(s)://' and an existing absolute path are supported.");
    }

    public virtual void Dispose()
    {
    }

    protected static HttpRequestMessage Get(Uri address, RangeHeaderValue? range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = range;
        // Ranges need the content as stored, without compression.
        request.Headers.AcceptEncoding.ParseAdd("identity");
        return request;
    }

    private static StorageException Unsupported(string what)
        => new(FailureCategory.Unsupported, $"Not supported: {what}; use KServe's storage initializer for this address (supportedUriFormats of the ClusterStorageContainer).");
}
