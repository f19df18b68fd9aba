using InferenceServices.ModelTools.Predict;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

public sealed class PredictCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("modeltools-tests-");
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_request_runs_through_a_model_in_this_process()
    {
        Assert.Equal(0, Predict(TestModels.PathOf("free"), """{"instances":[[1.5,2]]}"""));

        Assert.Equal("""{"predictions":[[1.5,2]]}""", _output.ToString().Trim());
    }

    [Fact]
    public void A_request_can_be_read_from_a_file()
    {
        var file = Path.Combine(_directory.FullName, "body.json");
        File.WriteAllText(file, """{"instances":[[1.5,2]]}""");

        Assert.Equal(0, Predict(TestModels.PathOf("free"), "@" + file));

        Assert.Equal("""{"predictions":[[1.5,2]]}""", _output.ToString().Trim());
    }

    [Fact]
    public void A_rejected_request_prints_its_error_with_exit_code_1()
    {
        Assert.Equal(1, Predict(TestModels.PathOf("fixed"), """{"instances":[[1,2]]}"""));

        Assert.Contains("Expected [2,3], got [1,2]", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void An_invalid_model_is_reported_in_one_sentence_with_exit_code_1()
    {
        Assert.Equal(1, Predict(TestModels.PathOf("broken"), "{}"));

        Assert.Contains("cannot be loaded", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreachable_server_is_reported_in_one_sentence_with_exit_code_1()
    {
        // Port 1 on loopback is privileged and unused.
        Assert.Equal(1, Predict("http://127.0.0.1:1", "{}"));

        Assert.Contains("cannot be reached", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://h/", """{"instances":[1]}""", "http://h/v1/models/m:predict")]
    [InlineData("http://h/", """{"inputs":[[1]]}""", "http://h/v1/models/m:predict")]
    [InlineData("http://h/", """{"inputs":[{"name":"x","datatype":"FP32"}]}""", "http://h/v2/models/m/infer")]
    [InlineData("http://h/", "not json", "http://h/v1/models/m:predict")]
    [InlineData("http://h/v2/models/other/infer", """{"instances":[1]}""", "http://h/v2/models/other/infer")]
    public void The_body_selects_the_protocol(string address, string body, string expected)
        => Assert.Equal(expected, ModelAddress.Of(new Uri(address), "m", body).ToString());

    private int Predict(string target, string body) => IsvcProgram.Run(["predict", target, body], _output, _error);
}
