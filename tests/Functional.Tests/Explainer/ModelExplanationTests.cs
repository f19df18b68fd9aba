using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Explainer;

/// <summary>Explains models with numeric inputs and without a service, local and at a predictor.</summary>
public sealed class ModelExplanationTests
{
    private const string Iris = """{"instances":[[5.1,3.5,1.4,0.2],[6.3,2.8,5.1,1.5]]}""";

    [Theory]
    [InlineData("iris-mlp")]
    [InlineData("tree-ensemble")]
    public async Task A_local_and_a_remote_model_have_the_same_explanation(string model)
    {
        string[] switches = ["--model_name=iris", $"--model_dir={TestModels.PathOf(model)}"];
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, switches);
        await using var local = await RunningServer.StartAsync(ExplainerHost.Build, switches);
        await using var remote = await RunningServer.StartAsync(ExplainerHost.Build, [.. switches, $"--predictor_host={predictor.Host}"]);

        var expected = (await local.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body;

        Assert.Equal(expected, (await remote.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body);
        Assert.Equal(expected, await remote.CallOverRestAsync("iris-explainer", Iris));
        var explanations = JsonNode.Parse(expected)!["explanations"]!.AsArray();
        Assert.Equal(2, explanations.Count);
        Assert.All(explanations, explanation => Assert.Equal(
            explanation!["explained"]!["value"]!.GetValue<double>(),
            explanation["explained"]!["base_value"]!.GetValue<double>() + explanation["attributions"]!.AsArray().Sum(attribution => attribution!["attribution"]!.GetValue<double>()),
            1e-5));
        // Predictions remain available, over V1 and V2.
        Assert.Equal((await predictor.PostAsync("/v1/models/iris:predict", Iris)).AssertOk().Body, (await remote.PostAsync("/v1/models/iris:predict", Iris)).AssertOk().Body);
    }

    [Theory]
    [InlineData("zipmap-integers", "10", "20", "30")]
    [InlineData("zipmap", "setosa", "versicolor", "virginica")]
    public async Task A_model_with_maps_is_explained_by_its_classes(string model, params string[] classes)
    {
        string[] switches = [$"--model_name={model}", $"--model_dir={TestModels.PathOf(model)}"];
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, switches);
        await using var local = await RunningServer.StartAsync(ExplainerHost.Build, switches);
        await using var remote = await RunningServer.StartAsync(ExplainerHost.Build, [.. switches, $"--predictor_host={predictor.Host}"]);

        foreach (var server in new[] { local, remote })
        {
            var answer = (await server.PostAsync($"/v1/models/{model}:explain", """{"instances":[[5.1,3.5,1.4,0.2]]}""")).AssertOk();
            Assert.Contains(answer.Json.GetProperty("explanations")[0].GetProperty("prediction").GetProperty("label").GetString(), classes);
        }
    }

    [Fact]
    public async Task A_remote_model_needs_no_local_file()
    {
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, "--model_name=iris", $"--model_dir={TestModels.PathOf("iris-mlp")}");
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=iris", "--model_dir=/no/such/directory", $"--predictor_host={predictor.Host}");

        var method = JsonNode.Parse((await server.PostAsync("/v1/models/iris:explain", Iris)).AssertOk().Body)!["explanations"]![0]!["method"]!;

        Assert.Equal(("kernel_shap", true, "zeros", 16), (method["name"]!.GetValue<string>(), method["exact"]!.GetValue<bool>(), method["background"]!.GetValue<string>(), method["evaluations"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_background_file_next_to_the_model_is_used_and_an_invalid_one_fails_the_start()
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
    public async Task A_model_with_a_text_input_and_without_a_service_cannot_be_explained()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=text", $"--model_dir={TestModels.PathOf("string-input")}");

        Assert.Contains("BYTES", (await server.PostAsync("/v1/models/text:explain", """{"instances":[["a","b"]]}""")).AssertError(501, "not_implemented"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explanation_over_the_time_limit_returns_the_current_estimate()
    {
        const int Features = 400;
        var row = $"[{string.Join(',', Enumerable.Repeat("1", Features))}]";
        var unknown = $"[{string.Join(',', Enumerable.Repeat(row.Replace('1', '0'), 5))}]";
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=free", $"--model_dir={TestModels.PathOf("free")}", "--explain_deadline_ms=1000");

        // 82 permutations and their reverses, with 798 coalitions each, on five rows: far more than one second allows.
        var answer = (await server.PostAsync("/v1/models/free:explain", $$"""{"instances":[{{row}}],"explain":{"samples":65536,"background":{{unknown}},"label":"3","top_k":1} }""")).AssertOk();

        var explanation = JsonNode.Parse(answer.Body)!["explanations"]![0]!;
        Assert.Equal(("permutation", false), (explanation["method"]!["name"]!.GetValue<string>(), explanation["method"]!["complete"]!.GetValue<bool>()));
        Assert.InRange(explanation["method"]!["evaluations"]!.GetValue<int>(), 2 * (Features - 1) + 2, 65_535);
        // Each output equals its input.
        Assert.Equal(("x[3]", 1.0), (explanation["attributions"]![0]!["feature"]!.GetValue<string>(), explanation["attributions"]![0]!["attribution"]!.GetValue<double>()));
    }

    [Fact]
    public async Task An_input_with_too_many_features_is_rejected()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=image", $"--model_dir={TestModels.PathOf("image-mean")}");
        var line = $"[{string.Join(',', Enumerable.Repeat("1", 224))}]";
        var plane = $"[{string.Join(',', Enumerable.Repeat(line, 224))}]";

        var error = (await server.PostAsync("/v1/models/image:explain", $$"""{"instances":[[{{plane}},{{plane}},{{plane}}]]}""")).AssertError(501, "not_implemented");

        Assert.Equal("The model has 150528 features; up to 4096 can be explained.", error);
    }

    [Fact]
    public async Task Too_many_rows_are_rejected()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=iris", $"--model_dir={TestModels.PathOf("iris-mlp")}");

        Assert.Equal(
            "Expected at most 1000 instances to explain at once, got 1001.",
            (await server.PostAsync("/v1/models/iris:explain", $$"""{"instances":[{{string.Join(',', Enumerable.Repeat("[1,2,3,4]", 1001))}}]}""")).AssertError(400, "invalid_input"));
    }
}
