using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Explainer;

/// <summary>Any model of numbers, with no service of its own: here, and at a predictor elsewhere.</summary>
public sealed class ModelExplanationTests
{
    private const string Iris = """{"instances":[[5.1,3.5,1.4,0.2],[6.3,2.8,5.1,1.5]]}""";

    [Theory]
    [InlineData("iris-mlp")]
    [InlineData("tree-ensemble")]
    public async Task A_model_is_explained_alike_here_and_at_a_predictor(string model)
    {
        string[] switches = ["--model_name=iris", $"--model_dir={TestModels.PathOf(model)}"];
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, switches);
        await using var here = await RunningServer.StartAsync(ExplainerHost.Build, switches);
        await using var there = await RunningServer.StartAsync(ExplainerHost.Build, [.. switches, $"--predictor_host={predictor.Host}"]);

        var expected = (await here.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body;

        Assert.Equal(expected, (await there.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body);
        Assert.Equal(expected, await there.AskByRestAsync("iris-explainer", Iris));
        var explanations = JsonNode.Parse(expected)!["explanations"]!.AsArray();
        Assert.Equal(2, explanations.Count);
        Assert.All(explanations, explanation => Assert.Equal(
            explanation!["explained"]!["value"]!.GetValue<double>(),
            explanation["explained"]!["base_value"]!.GetValue<double>() + explanation["attributions"]!.AsArray().Sum(attribution => attribution!["attribution"]!.GetValue<double>()),
            1e-5));
        // What it predicts is still to be had, by rows and by tensors.
        Assert.Equal((await predictor.PostAsync("/v1/models/iris:predict", Iris)).AssertOk().Body, (await there.PostAsync("/v1/models/iris:predict", Iris)).AssertOk().Body);
    }

    [Fact]
    public async Task A_model_elsewhere_needs_no_file_here()
    {
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, "--model_name=iris", $"--model_dir={TestModels.PathOf("iris-mlp")}");
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=iris", "--model_dir=/no/such/directory", $"--predictor_host={predictor.Host}");

        var method = JsonNode.Parse((await server.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body)!["explanations"]![0]!["method"]!;

        Assert.Equal(("kernel_shap", true, "zeros", 16), (method["name"]!.GetValue<string>(), method["exact"]!.GetValue<bool>(), method["background"]!.GetValue<string>(), method["evaluations"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_background_beside_the_model_is_taken_and_a_broken_one_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var directory = Directory.CreateDirectory(Path.Combine(folder.Path, "model")).FullName;
        foreach (var file in Directory.GetFiles(TestModels.PathOf("iris-mlp"))) File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        string[] switches = ["--model_name=iris", $"--model_dir={directory}"];
        await File.WriteAllTextAsync(Path.Combine(directory, "background.json"), "[[5,3,1,0.2],[6,3,5,2]]");

        await using (var server = await RunningServer.StartAsync(ExplainerHost.Build, switches))
            Assert.Equal("server", JsonNode.Parse((await server.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body)!["explanations"]![0]!["method"]!["background"]!.GetValue<string>());

        await File.WriteAllTextAsync(Path.Combine(directory, "background.json"), "[[5,3],[6]]");
        await Assert.ThrowsAsync<StartException>(() => RunningServer.StartAsync(ExplainerHost.Build, switches));
    }

    [Fact]
    public async Task Text_that_goes_into_a_model_without_a_service_cannot_be_explained()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=text", $"--model_dir={TestModels.PathOf("string-input")}");

        Assert.Contains("BYTES", (await server.PostAsync("/v1/models/text:explain", """{"instances":[["a","b"]]}""")).AssertRefused(501, "not_implemented"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_too_long_is_answered_as_good_as_it_is_by_then()
    {
        const int Features = 400;
        var row = $"[{string.Join(',', Enumerable.Repeat("1", Features))}]";
        var unknown = $"[{string.Join(',', Enumerable.Repeat(row.Replace('1', '0'), 5))}]";
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=free", $"--model_dir={TestModels.PathOf("free")}", "--explain_deadline_ms=1000");

        // 82 orders and their reverses, of 798 coalitions each, on five rows: many times what a second holds.
        var answer = (await server.PostAsync("/v1/models/free:explain", $$"""{"instances":[{{row}}],"explain":{"samples":65536,"background":{{unknown}},"label":"3","top_k":1} }""")).AssertOk();

        var explanation = JsonNode.Parse(answer.Body)!["explanations"]![0]!;
        Assert.Equal(("permutation", false), (explanation["method"]!["name"]!.GetValue<string>(), explanation["method"]!["complete"]!.GetValue<bool>()));
        Assert.InRange(explanation["method"]!["evaluations"]!.GetValue<int>(), 2 * (Features - 1) + 2, 65_535);
        // Each output is its own input.
        Assert.Equal(("x[3]", 1.0), (explanation["attributions"]![0]!["feature"]!.GetValue<string>(), explanation["attributions"]![0]!["attribution"]!.GetValue<double>()));
    }

    [Fact]
    public async Task Images_are_too_many_numbers_to_explain()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=image", $"--model_dir={TestModels.PathOf("image-mean")}");
        var line = $"[{string.Join(',', Enumerable.Repeat("1", 224))}]";
        var plane = $"[{string.Join(',', Enumerable.Repeat(line, 224))}]";

        var refusal = (await server.PostAsync("/v1/models/image:explain", $$"""{"instances":[[{{plane}},{{plane}},{{plane}}]]}""")).AssertRefused(501, "not_implemented");

        Assert.Equal("The model has 150528 features; up to 4096 can be explained.", refusal);
    }

    [Fact]
    public async Task More_rows_than_anybody_reads_are_refused()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=iris", $"--model_dir={TestModels.PathOf("iris-mlp")}");

        Assert.Equal(
            "Expected at most 1000 instances to explain at once, got 1001.",
            (await server.PostAsync("/v1/models/iris:explain", $$"""{"instances":[{{string.Join(',', Enumerable.Repeat("[1,2,3,4]", 1001))}}]}""")).AssertRefused(400, "invalid_input"));
    }
}
