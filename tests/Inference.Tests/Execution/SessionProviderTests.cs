using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class SessionProviderTests
{
    [Fact]
    public void The_CPU_is_available_in_every_package()
        => Assert.Null(new SessionProvider(ExecutionProvider.Cpu, options: null).FindProblem());

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "CUDAExecutionProvider")]
    [InlineData(ExecutionProvider.TensorRT, "TensorrtExecutionProvider")]
    [InlineData(ExecutionProvider.OpenVino, "OpenVINOExecutionProvider")]
    [InlineData(ExecutionProvider.Dnnl, "DnnlExecutionProvider")]
    public void A_provider_that_the_package_lacks_is_reported_with_those_it_has(ExecutionProvider provider, string name)
        => Assert.Equal(
            $"--execution_provider needs {name}, but the ONNX Runtime of this program has CPUExecutionProvider only. docs/execution-providers.md lists the packages.",
            new SessionProvider(provider, "device_id=0").FindProblem());

    [Fact]
    public void Options_of_the_CPU_are_reported()
        => Assert.Equal("--execution_provider_options needs an --execution_provider other than cpu.", new SessionProvider(ExecutionProvider.Cpu, "device_id=0").FindProblem());

    [Fact]
    public void A_server_without_the_provider_does_not_start()
    {
        var options = new InferenceOptions { ModelDir = "/models", ExecutionProvider = ExecutionProvider.Cuda, OptimizedModelDir = "/cache" };

        var result = new InferenceOptionsValidator().Validate(null, options);

        Assert.Contains("--execution_provider needs CUDAExecutionProvider", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("--optimized_model_dir needs --execution_provider=cpu.", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device_id", "device_id")]
    [InlineData("=1", "=1")]
    [InlineData("device_id=0,", "")]
    [InlineData("b=0,a=1=2,b=0", "a=1=2")]
    public void Options_that_are_not_pairs_are_reported_with_an_example(string text, string pair)
        => Assert.Equal(
            $"--execution_provider_options should be key=value pairs, separated by commas, as device_id=1; got '{pair}' in '{text}'.",
            new SessionProvider(ExecutionProvider.Cuda, text).FindProblem());

    [Theory]
    [InlineData("a=1,b=2, a =2")]
    [InlineData("a=1,a=1,b")]
    public void A_key_that_is_given_twice_is_reported(string text)
        => Assert.Equal($"--execution_provider_options should have each key once, got 'a' again in '{text}'.", new SessionProvider(ExecutionProvider.Cuda, text).FindProblem());
}
