using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Creates TLS options that trust the system's authorities and those of a CA bundle, which KServe mounts or a variable names.</summary>
internal static class TlsOptions
{
    /// <summary>Creates the TLS options of an environment.</summary>
    /// <exception cref="StorageException">The CA bundle cannot be read.</exception>
    public static SslClientAuthenticationOptions Create(StorageEnvironment environment)
    {
        var options = new SslClientAuthenticationOptions();
        // KServe defines S3_VERIFY_SSL for stores with self-signed certificates.
#pragma warning disable CA5359
        if (!environment.GetBoolean("S3_VERIFY_SSL", defaultValue: true)) options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        else if (FindBundle(environment) is { } path)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(ReadBundle(path));
            using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(system.Certificates);
            options.CertificateChainPolicy = policy;
        }
        return options;
    }

    private static string? FindBundle(StorageEnvironment environment)
    {
        if (environment.GetString("AWS_CA_BUNDLE") is { } path) return path;
        // KServe mounts both at the same path.
        return environment.GetString("CA_BUNDLE_CONFIGMAP_NAME") is null && environment.GetString("AWS_CA_BUNDLE_CONFIGMAP") is null
            ? null
            : Path.Combine(environment.GetString("CA_BUNDLE_VOLUME_MOUNT_POINT") ?? "/etc/ssl/custom-certs", "cabundle.crt");
    }

    private static X509Certificate2Collection ReadBundle(string path)
    {
        var bundle = new X509Certificate2Collection();
        try
        {
            bundle.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new StorageException(FailureCategory.Usage, $"The CA bundle {path} cannot be read: {failure.Message}", failure);
        }
        return bundle.Count > 0 ? bundle : throw new StorageException(FailureCategory.Usage, $"The CA bundle {path} contains no certificate.");
    }
}
