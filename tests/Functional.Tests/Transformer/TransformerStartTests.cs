using InferenceServices.Contracts.Errors;
using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Errors at start.</summary>
public sealed class TransformerStartTests : IDisposable
{
    private readonly FastTextDirectory _model = new(["en"], ["hello", "</s>"]);
    private readonly string _empty = Directory.CreateTempSubdirectory("functional-tests-").FullName;

    public static TheoryData<Func<string[], WebApplication>> Programs => new(TransformerHost.Build, ExplainerHost.Build);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_empty);
    }

    [Fact]
    public async Task The_error_for_an_unknown_service_lists_the_services()
    {
        var error = await ErrorAsync(TransformerHost.Build, "--model_name=langdi", $"--model_dir={_model.Path}");

        Assert.Contains("'langdi'", error, StringComparison.Ordinal);
        Assert.Contains("langid", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_error_for_a_missing_vocabulary_names_the_command_that_creates_it(Func<string[], WebApplication> build)
    {
        var error = await ErrorAsync(build, "--model_name=langid", $"--model_dir={_empty}");

        Assert.Contains(_empty, error, StringComparison.Ordinal);
        Assert.Contains("isvc convert fasttext", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_split_topology_requires_the_vocabulary()
        => Assert.Contains(
            "isvc convert fasttext",
            await ErrorAsync(TransformerHost.Build, "--model_name=langid", $"--model_dir={_empty}", "--predictor_host=127.0.0.1:9"),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_vocabulary_without_a_graph_does_not_start_collocated()
        => Assert.Contains(_model.Path, await ErrorAsync(TransformerHost.Build, "--model_name=langid", $"--model_dir={_model.Path}"), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_directory_fails_the_start()
        => Assert.Contains("/no/such/directory", await ErrorAsync(TransformerHost.Build, "--model_name=langid", "--model_dir=/no/such/directory"), StringComparison.Ordinal);

    [Theory]
    [InlineData("--max_text_length=0")]
    [InlineData("--max_text_length=100001")]
    [InlineData("--predictor_protocol=v3")]
    [InlineData("--predictor_request_timeout_seconds=0")]
    [InlineData("--predictor_request_retries=-1")]
    [InlineData("--predictor_host=http://predictor:8080")]
    [InlineData("--predictor_host=predictor:port")]
    [InlineData("--predictor_host=pre dictor")]
    [InlineData("--predictor_host=predictor/path")]
    [InlineData("--predictor_host=user@predictor")]
    public async Task An_invalid_value_fails_the_start(string option)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(TransformerHost.Build, "--model_name=langid", $"--model_dir={_model.Path}", "--predictor_host=127.0.0.1:9", option));

        Assert.NotEmpty(error.Failures);
    }

    [Theory]
    [InlineData("predictor")]
    [InlineData("predictor:8080")]
    [InlineData("langid-predictor.namespace.svc.cluster.local")]
    [InlineData("127.0.0.1:9")]
    [InlineData("[::1]:9")]
    public async Task The_predictor_may_be_unreachable_at_start(string host)
        => await StartAsync(TransformerHost.Build, "--model_name=langid", $"--model_dir={_model.Path}", $"--predictor_host={host}");

    private static async Task<string> ErrorAsync(Func<string[], WebApplication> build, params string[] switches)
        => (await Assert.ThrowsAnyAsync<StartException>(() => StartAsync(build, switches))).Message;

    private static async Task StartAsync(Func<string[], WebApplication> build, params string[] switches)
    {
        await using var server = await RunningServer.StartAsync(build, switches);
    }
}
