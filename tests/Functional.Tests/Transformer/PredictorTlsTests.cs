using System.Security.Cryptography.X509Certificates;
using InferenceServices.Contracts.Errors;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>TLS to the predictor, in both directions, over HTTP/1.1 and HTTP/2.</summary>
public sealed class PredictorTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    public static TheoryData<string> Protocols => ["v1", "v2", "grpc-v2"];

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_predictor_with_a_trusted_certificate_is_accepted(string protocol)
    {
        await using var fake = await StartAsync(protocol, _authority.Issue(), $"--predictor_ca_bundle={_authority.Bundle}");

        (await fake.PredictAsync()).AssertOk();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_predictor_of_another_certificate_authority_is_502(string protocol)
    {
        await using var fake = await StartAsync(protocol, _authority.Issue(), $"--predictor_ca_bundle={_other.Bundle}", "--predictor_request_retries=3");

        AssertUntrusted(await fake.PredictAsync());
    }

    [Fact]
    public async Task The_certificate_of_the_test_is_not_trusted_by_default()
    {
        await using var fake = await StartAsync("v2", _authority.Issue());

        AssertUntrusted(await fake.PredictAsync());
    }

    [Fact]
    public async Task A_certificate_for_another_host_name_is_rejected()
    {
        await using var fake = await StartAsync("v2", _authority.Issue("another.example"), $"--predictor_ca_bundle={_authority.Bundle}");

        AssertUntrusted(await fake.PredictAsync());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_predictor_without_tls_is_502(string protocol)
    {
        await using var plain = await FakePredictor.StartAsync(protocol, FakePredictor.OkAsync, "--predictor_use_ssl");

        AssertUntrusted(await plain.PredictAsync());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_predictor_that_requires_a_client_certificate_gets_it(string protocol)
    {
        var (certificate, key) = _authority.IssueFiles();
        var both = _authority.Write("both.pem", File.ReadAllText(certificate) + "\n" + File.ReadAllText(key));
        string[] trust = ["--predictor_use_ssl", $"--predictor_ca_bundle={_authority.Bundle}"];

        await using var known = await StartMutualAsync(protocol, [.. trust, $"--predictor_client_certificate={certificate}", $"--predictor_client_key={key}"]);
        await using var inOneFile = await StartMutualAsync(protocol, [.. trust, $"--predictor_client_certificate={both}"]);
        await using var unknown = await StartMutualAsync(protocol, trust);

        (await known.PredictAsync()).AssertOk();
        (await inOneFile.PredictAsync()).AssertOk();
        Assert.Equal(502, (await unknown.PredictAsync()).Status);
    }

    [Theory]
    [InlineData("predictor_ca_bundle", "/no/such/file")]
    [InlineData("predictor_ca_bundle", "/")]
    [InlineData("predictor_ca_bundle", "/dev/null")]
    [InlineData("predictor_client_certificate", "/no/such/file")]
    [InlineData("predictor_client_certificate", "/dev/null")]
    public async Task A_missing_or_invalid_file_fails_the_start(string option, string path)
    {
        var error = await Assert.ThrowsAnyAsync<StartException>(async () => await (await FakePredictor.InFrontOfAsync("127.0.0.1:9", "--predictor_use_ssl", $"--{option}={path}")).DisposeAsync());

        Assert.StartsWith($"--{option} should name a PEM file, got '{path}': ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_files_are_not_read_without_tls()
        => await (await FakePredictor.InFrontOfAsync("127.0.0.1:9", "--predictor_ca_bundle=/no/such/file")).DisposeAsync();

    private static void AssertUntrusted(Answer answer)
        => Assert.Contains("TLS handshake", answer.AssertError(502, "predictor_unreachable"), StringComparison.Ordinal);

    private static Task<FakePredictor> StartAsync(string protocol, X509Certificate2 certificate, params string[] switches)
        => FakePredictor.StartAsync(FakePredictor.OkAsync, ["--predictor_use_ssl", $"--predictor_protocol={protocol}", .. switches], listen => listen.UseHttps(certificate));

    private Task<FakePredictor> StartMutualAsync(string protocol, string[] switches)
        => FakePredictor.StartAsync(FakePredictor.OkAsync, [$"--predictor_protocol={protocol}", .. switches], listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = _authority.Issue();
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == "CN=authority of a test";
        }));
}
