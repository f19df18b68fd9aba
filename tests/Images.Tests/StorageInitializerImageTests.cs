using System.Net;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Images.Tests;

/// <summary>Runs the storage-initializer image with the memory limit of deploy/runtimes.</summary>
public sealed class StorageInitializerImageTests
{
    [Fact]
    public async Task A_model_downloaded_from_S3_is_served()
    {
        var files = Directory.GetFiles(TestData.LangIdModel).Select(file => ($"langid/{Path.GetFileName(file)}", File.ReadAllBytes(file)));
        using var store = await S3Store.StartAsync("wmf-ml-models", files);
        using var models = Writable();
        var (code, _, error) = await FetchAsync("s3://wmf-ml-models/langid/", models, S3Store.Credentials(store.Address));

        Assert.True(code == 0, error);
        Assert.Contains("storage-initializer: done: ", error, StringComparison.Ordinal);
        await using var server = await RunningImage.StartAsync("inference-services-transformer", models.Path, "--model_name=langid", "--model_dir=/mnt/models");
        Assert.Equal("ca", (string?)(await server.PostAsync("/v1/models/langid:predict", """{"text":"Això és una prova del servei d'identificació de llengües."}"""))["wikicode"]);
    }

    [Fact]
    public async Task A_download_of_1_GiB_needs_at_most_128_MiB_of_memory()
    {
        const long Length = 1L << 30;
        using var source = new TemporaryFolder();
        using (var file = File.Create(source.Below("model.onnx"))) file.SetLength(Length);
        await using var web = await ServeAsync(source.Below("model.onnx"));
        using var models = Writable();
        var (code, _, error) = await FetchAsync($"{web.Urls.Single()}/model.onnx", models);

        Assert.True(code == 0, error);
        Assert.Equal(Length, new FileInfo(models.Below("model.onnx")).Length);
    }

    [Fact]
    public async Task A_missing_model_is_reported_by_exit_code_and_last_line()
    {
        using var store = await S3Store.StartAsync("wmf-ml-models");
        using var models = Writable();
        var (code, _, error) = await FetchAsync("s3://wmf-ml-models/nothing/", models, S3Store.Credentials(store.Address));

        Assert.Equal(4, code);
        Assert.Contains("storage-initializer: not_found: ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(models.Path, "*", SearchOption.AllDirectories));
    }

    // The container's user differs from the current user.
    private static TemporaryFolder Writable()
    {
        var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        return folder;
    }

    private static Task<(int ExitCode, string Output, string Error)> FetchAsync(string uri, TemporaryFolder models, params (string Name, string Value)[] variables)
        => Tool.RunAsync(Tool.Of("podman", [
            "run", "--rm", .. Tool.Confined, "--memory=128m", "--cpus=1", $"--volume={models.Path}:/mnt/models", .. variables.Select(variable => $"--env={variable.Name}={variable.Value}"),
            "inference-services-storage-initializer", uri, "/mnt/models"]));

    private static async Task<WebApplication> ServeAsync(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(http => Results.File(path, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(http));
        await app.StartAsync();
        return app;
    }
}
