using InferenceServices.Testing;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>A server is trusted by an authority of the machine's or one that is named, and not otherwise.</summary>
public sealed class TrustTests : IDisposable
{
    private static readonly byte[] Model = Run.Content(10_000);

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    [Fact]
    public async Task A_server_of_an_unknown_authority_is_asked_for_nothing()
    {
        await using var store = await StartAsync();
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "127.0.0.1 cannot be trusted");

        Assert.Empty(store.Requests);
    }

    [Theory]
    [InlineData("AWS_CA_BUNDLE")]
    [InlineData("CA_BUNDLE_CONFIGMAP_NAME")]
    [InlineData("AWS_CA_BUNDLE_CONFIGMAP")]
    [InlineData("cabundle_configmap")]
    [InlineData("S3_VERIFY_SSL")]
    public async Task What_is_named_is_trusted(string by)
    {
        await using var store = await StartAsync();
        using var run = new Run();
        var mount = Directory.CreateDirectory(Path.Combine(run.Folder, "certs")).FullName;
        File.Copy(_authority.Bundle, Path.Combine(mount, "cabundle.crt"));
        run.With("CA_BUNDLE_VOLUME_MOUNT_POINT", mount);
        _ = by switch
        {
            "AWS_CA_BUNDLE" => run.With(by, _authority.Bundle),
            "S3_VERIFY_SSL" => run.With(by, "0"),
            "cabundle_configmap" => run.With("STORAGE_CONFIG", """{"type":"s3","cabundle_configmap":"bundle"}"""),
            _ => run.With(by, "bundle"),
        };

        await run.FetchesAsync($"{store.Address}/m.onnx", ("m.onnx", Model));
    }

    [Fact]
    public async Task Another_authority_than_the_one_that_is_named_is_not_trusted()
    {
        await using var store = await StartAsync();
        using var run = new Run(("AWS_CA_BUNDLE", _other.Bundle));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "cannot be trusted");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        using var certificate = _authority.Issue("elsewhere.example");
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Model), certificate);
        using var run = new Run(("AWS_CA_BUNDLE", _authority.Bundle));

        await run.FailsAsync($"{store.Address}/m.onnx", FailureCategory.Connection, "cannot be trusted");
    }

    [Fact]
    public async Task From_a_server_that_is_trusted_nobody_is_led_to_one_without_TLS()
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
