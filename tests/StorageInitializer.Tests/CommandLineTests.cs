namespace InferenceServices.StorageInitializer.Tests;

/// <summary>KServe's contract: pairs of arguments, local sources, invalid addresses.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("file:///x")]
    [InlineData("file:///x", "/y", "file:///z")]
    public async Task Arguments_that_are_not_pairs_print_the_usage(params string[] args)
    {
        using var run = new Run();

        Assert.Equal(1, await run.ArgumentsAsync(args));

        Assert.Contains("Usage: storage-initializer SRC DEST", run.Log, StringComparison.Ordinal);
        Assert.Contains($"got {args.Length} arguments", run.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_succeeds_and_prints_to_standard_output()
    {
        using var run = new Run();

        Assert.Equal(0, await run.ArgumentsAsync("--help"));

        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Log);
    }

    [Theory]
    [InlineData("file://")]
    [InlineData("")]
    public async Task Local_files_are_linked(string scheme)
    {
        using var run = new Run();
        var source = Directory.CreateDirectory(Path.Combine(run.Folder, "source", "v1")).Parent!.FullName;
        File.WriteAllText(Path.Combine(source, "model.onnx"), "model");
        File.WriteAllText(Path.Combine(source, "v1", "labels.txt"), "a");

        Assert.Equal(0, await run.FetchAsync(scheme + source));
        Assert.Equal(0, await run.FetchAsync(scheme + source));

        Assert.Equal(Path.Combine(source, "model.onnx"), new FileInfo(Path.Combine(run.Destination, "model.onnx")).LinkTarget);
        Assert.Equal("a", File.ReadAllText(Path.Combine(run.Destination, "v1", "labels.txt")));
    }

    [Fact]
    public async Task Several_pairs_are_fetched_in_order()
    {
        using var run = new Run();
        var file = Path.Combine(run.Folder, "model.onnx");
        File.WriteAllText(file, "model");

        Assert.Equal(0, await run.ArgumentsAsync($"file://{file}", Path.Combine(run.Folder, "a"), file, Path.Combine(run.Folder, "b")));

        Assert.Equal("model", File.ReadAllText(Path.Combine(run.Folder, "a", "model.onnx")));
        Assert.Equal("model", File.ReadAllText(Path.Combine(run.Folder, "b", "model.onnx")));
    }

    [Theory]
    [InlineData("file:///no/such/file", FailureCategory.NotFound, "Neither a file nor a folder")]
    [InlineData("pvc://claim/no/such", FailureCategory.NotFound, "/mnt/pvc/no/such")]
    [InlineData("ftp://host/m", FailureCategory.Unsupported, "Cannot recognize storage type for ftp://host/m")]
    [InlineData("hdfs://host/m", FailureCategory.Unsupported, "Not supported: hdfs://")]
    [InlineData("https://a.file.core.windows.net/share/m", FailureCategory.Unsupported, "Not supported: Azure file shares")]
    [InlineData("https://a.z01.file.storage.azure.net/share/m", FailureCategory.Unsupported, "Not supported: Azure file shares")]
    [InlineData("https://host/m.git", FailureCategory.Unsupported, "Not supported: git repositories")]
    [InlineData("hf://only-one-word", FailureCategory.Unsupported, "hf://owner/model")]
    [InlineData("oci://registry", FailureCategory.Unsupported, "oci://registry/name:tag")]
    [InlineData("http://127.0.0.1/folder/", FailureCategory.Unsupported, "does not name a file")]
    [InlineData("http://127.0.0.1/m#sha1=0", FailureCategory.Unsupported, "64 hexadecimal digits")]
    internal async Task An_invalid_address_is_an_error_that_names_the_cause(string address, FailureCategory category, string sentence)
    {
        using var run = new Run();

        await run.FailsAsync(address, category, sentence);
    }

    [Fact]
    public async Task Control_characters_in_an_address_are_escaped_in_the_log()
    {
        using var run = new Run();

        await run.FailsAsync("file:///no/such\u001b[31m\nstorage-initializer: done\u202e", FailureCategory.NotFound, "/no/such\\u001b[31m storage-initializer: done\\u202e");

        Assert.DoesNotContain('\u001b', run.Log);
    }

    [Fact]
    public async Task A_mounted_source_is_not_downloaded()
    {
        using var run = new Run();

        Assert.Equal(0, await run.FetchAsync("/mnt/models/model.onnx"));
    }

    [Theory]
    [InlineData("S3_MAX_ATTEMPTS", "many", "must be a whole number from 1 to 100")]
    [InlineData("S3_VERIFY_SSL", "perhaps", "must be true or false")]
    [InlineData("STORAGE_CONFIG", "[]", "must be a JSON object")]
    [InlineData("AWS_CA_BUNDLE", "/no/such.pem", "cannot be read")]
    public async Task An_invalid_variable_is_named(string name, string value, string sentence)
    {
        using var run = new Run((name, value));

        await run.FailsAsync("http://127.0.0.1:1/m.onnx", FailureCategory.Usage, sentence);

        if (name != "AWS_CA_BUNDLE") Assert.Contains(name, run.LastLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://u:p@host/x?sig=1", "s3://…@host/x?…")]
    [InlineData("s3://bucket/a@b", "s3://bucket/a@b")]
    [InlineData("/plain/path", "/plain/path")]
    public void Secrets_of_an_address_are_redacted(string address, string redacted) => Assert.Equal(redacted, Transfer.ModelAddress.Redact(address));
}
