using System.Net;
using System.Net.Sockets;
using Grpc.Health.V1;
using Grpc.Net.Client;
using InferenceServices.Testing;
using Newtonsoft.Json.Linq;

namespace InferenceServices.Shipping.Tests.Up;

/// <summary><c>isvc up</c> with real manifests, programs, models and stores.</summary>
public sealed class LocalClusterTests
{
    private const string S3StoreOrLangIdModelMissing = S3Store.Missing + "; or " + TestData.LangIdModelMissing;
    private const string Text = """{"text":"Some random text in any language"}""";

    public static bool HasS3StoreAndLangIdModel => S3Store.IsPresent && TestData.HasLangIdModel;

    [Fact(Skip = S3StoreOrLangIdModelMissing, SkipUnless = nameof(HasS3StoreAndLangIdModel))]
    public async Task The_manifest_of_a_service_runs_unchanged_with_its_model_from_S3()
    {
        var files = Directory.GetFiles(TestData.LangIdModel).Select(file => ($"langid/lid.176/{Path.GetFileName(file)}", File.ReadAllBytes(file)));
        using var store = await S3Store.StartAsync("wmf-ml-models", files);
        await using var cluster = await RunningCluster.StartAsync("deploy/services/langid.yaml", [], S3Store.Credentials(store.Address));

        Assert.Equal("""{"language":"en","wikicode":"en","languagename":"English","score":0.837975}""", await cluster.PostAsync("v1/models/langid:predict", Text));
        // Only the explainer can return an explanation.
        Assert.Equal("en", (string?)JObject.Parse(await cluster.PostAsync("v1/models/langid:explain", Text)).SelectToken("explanations[0].prediction.label"));
        using var channel = GrpcChannel.ForAddress(cluster.GrpcAddress);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status);

        Assert.Equal(0, await cluster.StopAsync());
        Assert.Contains("storage-initializer | storage-initializer: done: ", cluster.Lines, StringComparison.Ordinal);
        Assert.Contains("draining", cluster.Lines, StringComparison.Ordinal);
    }

    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_split_service_predicts_with_its_transformer_and_explains_with_its_explainer()
    {
        const string Links = """{"lang":"en","page_id":1,"features_str":"Q114 Q1036 Q924"}""";
        await using var cluster = await RunningCluster.StartAsync("deploy/examples/split.yaml", ["--storage_uri", TestData.OutlinkTopicModel, "--env", "WIKI_URL="]);

        Assert.NotEmpty(JObject.Parse(await cluster.PostAsync("v1/models/outlink-topic-model:predict", Links)).SelectToken("prediction.results")!);
        Assert.NotNull(JObject.Parse(await cluster.PostAsync("v1/models/outlink-topic-model:explain", Links)).SelectToken("explanations[0].attributions"));
        Assert.Contains("--model_name outlink-topic-model --predictor_host outlink-topic-model-predictor.default --http_port 8080, with local overrides", cluster.Lines, StringComparison.Ordinal);
        Assert.Equal(0, await cluster.StopAsync());
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_transformer_in_the_predictors_pod_receives_requests_and_calls_the_predictor()
    {
        using var folder = new TemporaryFolder();
        var manifest = folder.Write("one-pod.yaml", """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: langid}
            spec:
              predictor:
                model:
                  modelFormat: {name: onnx}
                  storageUri: s3://bucket/langid/
                  args: [--http_port=8085]
                containers:
                  - name: transformer-container
                    image: inference-services-transformer
                    args: [--model_name=langid, "--predictor_host=localhost:8085"]
                    env: [{name: MODEL_DIR, value: /mnt/models}]
                    readinessProbe: {httpGet: {path: /v2/health/ready, port: 8080}}
            """);
        await using var cluster = await RunningCluster.StartAsync(manifest, ["--storage_uri", TestData.LangIdModel]);

        Assert.Equal("""{"language":"en","wikicode":"en","languagename":"English","score":0.837975}""", await cluster.PostAsync("v1/models/langid:predict", Text));
        Assert.Equal(0, await cluster.StopAsync());
    }

    [Fact]
    public async Task Several_models_are_downloaded_and_served_together()
    {
        using var folder = new TemporaryFolder();
        var manifest = folder.Write("several.yaml", $$"""
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: several}
            spec:
              predictor:
                storageUris:
                  - {uri: "file://{{TestModels.PathOf("iris-mlp")}}", mountPath: /mnt/models/iris}
                  - {uri: "file://{{TestModels.PathOf("slow")}}", mountPath: /mnt/models/slow}
                containers:
                  - name: kserve-container
                    image: inference-services-predictor
                    args: [--model_dir=/mnt/models]
                    readinessProbe:
                      httpGet: {path: /v2/health/ready, port: 8080}
            """);
        await using var cluster = await RunningCluster.StartAsync(manifest, []);

        Assert.StartsWith("""{"predictions":[[""", await cluster.PostAsync("v1/models/iris:predict", """{"instances":[[6.8,2.8,4.8,1.4]]}"""), StringComparison.Ordinal);
        Assert.Contains("turns", await cluster.Client.GetStringAsync(new Uri(cluster.Address, "v2/models/slow")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_served_by_the_runtime_for_its_format()
    {
        await using var cluster = await RunningCluster.StartAsync("deploy/examples/first-model.yaml", ["--storage_uri", TestModels.PathOf("iris-mlp")]);

        Assert.StartsWith("""{"predictions":[[""", await cluster.PostAsync("v1/models/my-model:predict", """{"instances":[[6.8,2.8,4.8,1.4]]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_in_flight_complete_before_shutdown()
    {
        await using var cluster = await RunningCluster.StartAsync("deploy/examples/first-model.yaml", ["--storage_uri", TestModels.PathOf("slow")]);

        // About two seconds.
        var response = cluster.PostAsync("v2/models/my-model/infer", """{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[4000]}]}""");
        while (!(await cluster.Client.GetStringAsync(new Uri(cluster.Address, "metrics"))).Contains("request_in_flight 1", StringComparison.Ordinal)) Assert.False(response.IsCompleted);
        var code = await cluster.StopAsync();

        Assert.Contains("outputs", await response, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_failed_download_is_reported_and_no_server_starts()
    {
        using var empty = new TemporaryFolder();
        var (code, lines) = await RunningCluster.RunAsync("deploy/examples/first-model.yaml", "--storage_uri", empty.Below("nothing"));

        Assert.Equal(1, code);
        Assert.Contains("the model could not be downloaded: exit code 4", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("predictor:", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_reported_before_the_download()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (code, lines) = await RunningCluster.RunAsync("deploy/examples/first-model.yaml", "--storage_uri", TestModels.PathOf("iris-mlp"), $"--port={port}");

        Assert.Equal(1, code);
        Assert.Contains($"port {port} is not available", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("storage-initializer", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_of_a_server_is_reported_and_stops_the_others()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model.onnx", "no model");
        var (code, lines) = await RunningCluster.RunAsync("deploy/examples/first-model.yaml", "--storage_uri", folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("predictor exited with code 1; see its output above", lines, StringComparison.Ordinal);
    }
}
