using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Whom to trust: the machine's authorities, and those of a bundle that KServe mounts or a variable names.</summary>
internal static class StorageTrust
{
    /// <exception cref="StorageException">The bundle named cannot be read.</exception>
    public static SslClientAuthenticationOptions OptionsOf(StorageEnvironment environment)
    {
        var options = new SslClientAuthenticationOptions();
        // Asked for by the variable of that name, as KServe has it for stores with a certificate of their own making.
#pragma warning disable CA5359
        if (!environment.Flag("S3_VERIFY_SSL", absent: true)) options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        else if (BundleOf(environment) is { } path)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Read(path));
            using var machine = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(machine.Certificates);
            options.CertificateChainPolicy = policy;
        }
        return options;
    }

    private static string? BundleOf(StorageEnvironment environment)
    {
        if (environment.Text("AWS_CA_BUNDLE") is { } named) return named;
        // Both are mounted in one place.
        return environment.Text("CA_BUNDLE_CONFIGMAP_NAME") is null && environment.Text("AWS_CA_BUNDLE_CONFIGMAP") is null
            ? null
            : Path.Combine(environment.Text("CA_BUNDLE_VOLUME_MOUNT_POINT") ?? "/etc/ssl/custom-certs", "cabundle.crt");
    }

    private static X509Certificate2Collection Read(string path)
    {
        var bundle = new X509Certificate2Collection();
        try
        {
            bundle.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new StorageException(FailureCategory.Usage, $"The bundle of authorities {path} cannot be read: {failure.Message}", failure);
        }
        return bundle.Count > 0 ? bundle : throw new StorageException(FailureCategory.Usage, $"The bundle of authorities {path} holds no certificate.");
    }
}
