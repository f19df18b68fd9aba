using System.IO.Compression;
using System.Text;

namespace InferenceServices.Onnx.Tests;

public sealed class ModelFileFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("inference-services-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "the file is a Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html>", "the file is an HTML page")]
    [InlineData("\n  <html lang=\"en\">", "the file is an HTML page")]
    [InlineData("\uFEFF<HTML>", "the file is an HTML page")]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "the file is XML")]
    [InlineData("<Error><Code>NoSuchKey</Code></Error>", "the file is XML")]
    [InlineData("{\"error\":\"not found\"}", "the file is JSON")]
    [InlineData("\u0089HDF", null)]
    [InlineData("any other text", null)]
    public void A_text_in_place_of_a_model_is_recognized(string text, string? expected) => AssertProblem(expected, Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("8004950B00", "the file is a Python pickle")]
    [InlineData("80037D71", "the file is a Python pickle")]
    [InlineData("80025D71", "the file is a Python pickle")]
    [InlineData("1F8B0800", "the file is a gzip archive")]
    [InlineData("894844460D0A1A0A", "the file is a Keras model in HDF5")]
    [InlineData("1C00000054464C3314", "the file is a TensorFlow Lite model")]
    [InlineData("4747554603000000", "the file is a language model in GGUF format")]
    [InlineData("40000000000000007B22785F", "the file has weights in safetensors format")]
    [InlineData("504B0304AAAA", "the file is a damaged zip archive")]
    [InlineData("08081204", null)]
    [InlineData("080A7B22", null)]
    [InlineData("180000004F52544D", null)]
    public void Bytes_in_place_of_a_model_are_recognized(string hex, string? expected) => AssertProblem(expected, Convert.FromHexString(hex));

    [Theory]
    [InlineData("archive/data.pkl", "the file is a PyTorch model")]
    [InlineData("model.weights.h5", "the file is a Keras model")]
    [InlineData("readme.txt", "the file is a zip archive")]
    public void A_zip_archive_in_place_of_a_model_is_recognized_by_its_entries(string entry, string expected)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true)) archive.CreateEntry(entry);

        AssertProblem(expected, stream.ToArray());
    }

    [Fact]
    public void A_directory_with_a_model_of_another_format_is_recognized()
    {
        File.WriteAllBytes(Path.Combine(_folder, "model.pkl"), Convert.FromHexString("8004950B00"));

        Assert.StartsWith("model.pkl: the file is a Python pickle", ModelFileFormat.FindOtherModel(_folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_SavedModel_is_recognized_by_its_name()
    {
        File.WriteAllBytes(Path.Combine(_folder, "saved_model.pb"), [8, 1, 18, 4]);

        Assert.StartsWith("saved_model.pb: the file is a TensorFlow SavedModel", ModelFileFormat.FindOtherModel(_folder), StringComparison.Ordinal);
    }

    private void AssertProblem(string? expected, byte[] content)
    {
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, content);

        var problem = ModelFileFormat.FindProblem(path);

        if (expected is null) Assert.Null(problem);
        else Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }
}
