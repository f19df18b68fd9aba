using InferenceServices.Testing;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Servers are trusted by the system's authorities and by the configured CA bundle only.</summary>
public sealed class TrustTests : IDisposable
{
    private static readonly byte[] Model = Run.Content(10_000);

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    [Fact]
    public async Task A_server_with_an_unknown_authority_receives_no_request()
    {
        await using var store = await StartAsync();
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "TLS connection to 127.0.0.1 failed");

        Assert.Empty(store.Requests);
    }

    [Theory]
    [InlineData("AWS_CA_BUNDLE")]
    [InlineData("CA_BUNDLE_CONFIGMAP_NAME")]
    [InlineData("AWS_CA_BUNDLE_CONFIGMAP")]
    [InlineData("cabundle_configmap")]
    [InlineData("S3_VERIFY_SSL")]
    public async Task A_configured_authority_is_trusted(string variable)
    {
        await using var store = await StartAsync();
        using var run = new Run();
        var mount = Directory.CreateDirectory(Path.Combine(run.Folder, "certs")).FullName;
        File.Copy(_authority.Bundle, Path.Combine(mount, "cabundle.crt"));
        run.With("CA_BUNDLE_VOLUME_MOUNT_POINT", mount);
        _ = variable switch
        {
            "AWS_CA_BUNDLE" => run.With(variable, _authority.Bundle),
            "S3_VERIFY_SSL" => run.With(variable, "0"),
            "cabundle_configmap" => run.With("STORAGE_CONFIG", """{"type":"s3","cabundle_configmap":"bundle"}"""),
            _ => run.With(variable, "bundle"),
        };

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Model));
    }

    [Fact]
    public async Task An_authority_outside_the_bundle_is_not_trusted()
    {
        await using var store = await StartAsync();
        using var run = new Run(("AWS_CA_BUNDLE", _other.Bundle));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "TLS connection to 127.0.0.1 failed");
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_trusted()
    {
        using var certificate = _authority.Issue("elsewhere.example");
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Model), certificate);
        using var run = new Run(("AWS_CA_BUNDLE", _authority.Bundle));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "TLS connection to 127.0.0.1 failed");
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_rejected()
    {
        await using var plain = await WebStore.StartAsync(http => WebStore.SendAsync(http, Model));
        await using var store = await StartAsync(plain.Address);
        using var run = new Run(("AWS_CA_BUNDLE", _authority.Bundle));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "redirects from https to http://127.0.0.1");

        Assert.Empty(plain.Requests);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    private Task<WebStore> StartAsync(string? redirectTo = null) => WebStore.StartAsync(
        http =>
        {
            if (redirectTo is null) return WebStore.SendAsync(http, Model);
            http.Response.Redirect(redirectTo);
            return Task.CompletedTask;
        },
        _authority.Issue());
}
