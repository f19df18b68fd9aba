using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Client;

/// <summary>TLS settings of the connection to the predictor: trusted authorities and client certificate.</summary>
internal static class PredictorTls
{
    /// <summary>Creates the settings from the options and reads the files.</summary>
    /// <exception cref="StartException">A file is missing or invalid.</exception>
    public static SslClientAuthenticationOptions Of(PredictorClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (!options.PredictorUseSsl) return tls;
        if (options.PredictorCaBundle is { Length: > 0 } bundle)
        {
            // The bundle replaces the system's authorities, as in Python's requests and in curl.
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(CertificatesOf("predictor_ca_bundle", bundle));
        }
        if (options.PredictorClientCertificate is { Length: > 0 } path)
        {
            var key = options.PredictorClientKey ?? path;
            var certificate = Read("predictor_client_certificate", path, () => X509Certificate2.CreateFromPemFile(path, key));
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, CertificatesOf("predictor_client_certificate", path), offline: true);
        }
        return tls;
    }

    private static X509Certificate2Collection CertificatesOf(string option, string path) => Read(option, path, () =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it has no certificate");
    });

    private static T Read<T>(string option, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartException($"--{option} should name a PEM file, got '{path}': {exception.Message}", exception);
        }
    }
}
