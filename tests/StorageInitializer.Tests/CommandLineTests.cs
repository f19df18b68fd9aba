namespace InferenceServices.StorageInitializer.Tests;

/// <summary>KServe's contract: pairs of words, local sources, addresses that are none.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("file:///x")]
    [InlineData("file:///x", "/y", "file:///z")]
    public async Task Words_that_are_no_pairs_get_the_usage(params string[] args)
    {
        using var run = new Run();

        Assert.Equal(1, await run.ArgumentsAsync(args));

        Assert.Contains("Usage: storage-initializer SRC DEST", run.Log, StringComparison.Ordinal);
        Assert.Contains($"{args.Length} words came", run.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_no_failure_and_goes_to_standard_output()
    {
        using var run = new Run();

        Assert.Equal(0, await run.ArgumentsAsync("--help"));

        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Log);
    }

    [Theory]
    [InlineData("file://")]
    [InlineData("")]
    public async Task What_is_here_is_linked(string scheme)
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
    public async Task Several_pairs_are_brought_one_after_the_other()
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
    [InlineData("hdfs://host/m", FailureCategory.Unsupported, "hdfs:// cannot be read here")]
    [InlineData("https://a.file.core.windows.net/share/m", FailureCategory.Unsupported, "Azure file shares cannot be read here")]
    [InlineData("https://a.z01.file.storage.azure.net/share/m", FailureCategory.Unsupported, "Azure file shares cannot be read here")]
    [InlineData("https://host/m.git", FailureCategory.Unsupported, "git repositories cannot be read here")]
    [InlineData("hf://only-one-word", FailureCategory.Unsupported, "hf://owner/model")]
    [InlineData("oci://registry", FailureCategory.Unsupported, "oci://registry/name:tag")]
    [InlineData("http://127.0.0.1/folder/", FailureCategory.Unsupported, "names no file")]
    [InlineData("http://127.0.0.1/m#sha1=0", FailureCategory.Unsupported, "64 hexadecimal digits")]
    internal async Task An_address_that_is_none_is_told(string address, FailureCategory category, string sentence)
    {
        using var run = new Run();

        await run.FailsAsync(address, category, sentence);
    }

    [Fact]
    public async Task What_is_mounted_is_left_alone()
    {
        using var run = new Run();

        Assert.Equal(0, await run.FetchAsync("/mnt/models/model.onnx"));
    }

    [Theory]
    [InlineData("S3_MAX_ATTEMPTS", "many", "must be a whole number from 1 to 100")]
    [InlineData("S3_VERIFY_SSL", "perhaps", "must be true or false")]
    [InlineData("STORAGE_CONFIG", "[]", "must be a JSON object")]
    [InlineData("AWS_CA_BUNDLE", "/no/such.pem", "cannot be read")]
    public async Task A_variable_that_cannot_be_understood_is_named(string name, string value, string sentence)
    {
        using var run = new Run((name, value));

        await run.FailsAsync("http://127.0.0.1:1/m.onnx", FailureCategory.Usage, sentence);

        if (name != "AWS_CA_BUNDLE") Assert.Contains(name, run.LastLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://u:p@host/x?sig=1", "s3://…@host/x?…")]
    [InlineData("s3://bucket/a@b", "s3://bucket/a@b")]
    [InlineData("/plain/path", "/plain/path")]
    public void Secrets_of_an_address_are_not_shown(string address, string shown) => Assert.Equal(shown, Transfer.ModelAddress.Shown(address));
}
