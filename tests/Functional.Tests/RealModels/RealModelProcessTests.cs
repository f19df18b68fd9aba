using System.Globalization;
using System.Text;
using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.RealModels;

/// <summary>Log, memory and explanations of real models.</summary>
public sealed class RealModelProcessTests
{
    [Fact(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    public async Task All_models_are_warmed_up_without_a_warning_and_memory_is_bounded_for_images_of_many_sizes()
    {
        using var models = new TemporaryFolder();
        foreach (var name in RealModelsFixture.Names) Directory.CreateSymbolicLink(models.Below(name), RealModelsFixture.PathOf(name));
        await using var server = await ServerProcess.StartAsync("Predictor", [$"--model_dir={models.Path}", "--drain_delay_seconds=0"], []);

        for (var size = 2; size <= 16; size += 2) await DetectAsync(server, size * 32);
        var first = ResidentOf(server);
        for (var size = 15; size > 0; size -= 2) await DetectAsync(server, size * 32);
        var last = ResidentOf(server);

        // A cache of one buffer for each size would double the memory.
        Assert.True(last < 1.5 * first, $"{first} bytes after 8 sizes, {last} after 16");
        await server.AssertStopsAsync();
        Assert.DoesNotContain(await server.LinesAsync(), line => line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal));
    }

    [Theory(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    [InlineData("minilm", """{"instances":[{"input_ids":[101,1037,2158,102],"attention_mask":[1,1,1,1],"token_type_ids":[0,0,0,0]}]}""", 200, "\"attributions\":[")]
    [InlineData("silero-vad", "state", 400, "Expected all inputs to have the same number of rows, got 1 of ")]
    [InlineData("pp-ocr-rec", "image", 501, "The model has 9216 features; up to 4096 can be explained.")]
    public async Task An_explainer_explains_the_model_or_returns_the_reason(string model, string body, int status, string expected)
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, $"--model_name={model}", $"--model_dir={RealModelsFixture.PathOf(model)}");
        if (body == "state") body = $$"""{"inputs":{"input":[[{{Zeros(576)}}]],"state":[[[{{Zeros(128)}}]],[[{{Zeros(128)}}]]],"sr":16000} }""";
        if (body == "image") body = $$"""{"instances":[[{{string.Join(',', Enumerable.Repeat($"[{string.Join(',', Enumerable.Repeat($"[{Zeros(64)}]", 48))}]", 3))}}]]}""";

        var answer = await server.PostAsync($"/v1/models/{model}:explain", body);

        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(expected, answer.Body, StringComparison.Ordinal);
        (await server.PostAsync($"/v1/models/{model}:predict", body)).AssertOk();
    }

    private static async Task DetectAsync(ServerProcess server, int size)
    {
        var json = Encoding.UTF8.GetBytes($$$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3,{{{size}}},{{{size}}}],"parameters":{"binary_data_size":{{{12 * size * size}}} }}],"parameters":{"binary_data_output":true}}""");
        using var content = new ByteArrayContent([.. json, .. new byte[12 * size * size]]);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));
        using var response = await server.Client.PostAsync("/v2/models/pp-ocr-det/infer", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static long ResidentOf(ServerProcess server)
        => long.Parse(File.ReadLines($"/proc/{server.Id}/status").Single(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;

    private static string Zeros(int count) => string.Join(',', Enumerable.Repeat("0", count));
}
