using Google.Protobuf;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Tests.Repository;

/// <summary>Models and files that must fail as one model: they neither block nor end the process.</summary>
public sealed class ContainmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_warm_up_that_never_ends_fails_at_the_time_limit()
    {
        _folder.Copy("endless", "m/model.onnx");

        Assert.EndsWith("m/model.onnx was not loaded, warmed up and tested for batching within 1 s, the limit of --model_load_timeout_seconds.", await ErrorAsync("m", timeoutSeconds: 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batching_test_that_never_ends_fails_at_the_time_limit()
    {
        // Ends for the positive number of the warm-up, but not for the second row of the test.
        WriteModel("m/model.onnx", graph =>
        {
            graph.Input("x", OnnxDatatype.Fp32, "batch");
            var body = new GraphBuilder("body");
            body.Input("turn", OnnxDatatype.Int64);
            body.Input("go", 9);
            body.Input("row", OnnxDatatype.Fp32, "batch");
            body.Node("Identity", "goes_on", "go");
            body.Node("Identity", "next", "row");
            body.Output("goes_on", 9);
            body.Output("next", OnnxDatatype.Fp32, "batch");
            graph.Constant("zero", [0f]);
            graph.Node("ReduceSum", "sum", ["x"], [("keepdims", 0)]);
            graph.Node("Less", "negative", "sum", "zero");
            var loop = new NodeProto { OpType = "Loop", Input = { "", "negative", "x" }, Output = { "y" } };
            loop.Attribute.Add(new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body.Graph });
            graph.Graph.Node.Add(loop);
            graph.Output("y", OnnxDatatype.Fp32, "batch");
        });

        Assert.Contains("--model_load_timeout_seconds", await ErrorAsync("m", timeoutSeconds: 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_load_exceeded_the_time_limit_a_corrected_file_loads_at_once()
    {
        using var repository = Repository(new InferenceOptions { MultiModelServer = true, ModelLoadTimeoutSeconds = 1 });
        // The abandoned load needs a moment to end, of a different length each time.
        for (var i = 0; i < 3; i++)
        {
            _folder.Copy("endless", "m/model.onnx");
            await Assert.ThrowsAsync<ModelNotReadyException>(() => repository.LoadAsync("m", CancellationToken.None).AsTask().WaitAsync(Repositories.Guard));
            _folder.Copy("tree-ensemble", "m/model.onnx");

            await repository.LoadAsync("m", CancellationToken.None).AsTask().WaitAsync(Repositories.Guard);
        }
    }

    [Fact]
    public async Task While_a_load_hangs_other_models_load_and_unload()
    {
        _folder.Copy("endless", "hangs/model.onnx");
        _folder.Copy("versioned/1", "m/model.onnx");
        using var repository = Repository(new InferenceOptions { MultiModelServer = true, ModelLoadTimeoutSeconds = 600 });
        var hanging = repository.LoadAsync("hangs", CancellationToken.None).AsTask();

        await repository.LoadAsync("m", CancellationToken.None).AsTask().WaitAsync(Repositories.Guard);
        await repository.UnloadAsync("m", CancellationToken.None).AsTask().WaitAsync(Repositories.Guard);

        Assert.False(hanging.IsCompleted);
    }

    [Fact]
    public async Task A_start_that_is_stopped_ends_at_once()
    {
        _folder.Copy("endless", "model.onnx");
        using var repository = Repository(new InferenceOptions { ModelLoadTimeoutSeconds = 600 });
        using var stop = new CancellationTokenSource();
        var start = repository.LoadAllAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(Repositories.Guard));
    }

    [Fact]
    public async Task An_input_of_more_than_two_gigabytes_is_rejected_by_name()
    {
        _folder.Copy("huge-input", "m/model.onnx");

        Assert.Contains("input 'x' has shape [600000000] and datatype FP32, which is more than the ", await ErrorAsync("m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model-settings.json")]
    [InlineData("config.pbtxt")]
    [InlineData("labels.txt")]
    public async Task A_pipe_in_place_of_a_file_is_rejected_by_path(string file)
    {
        _folder.Copy("tree-ensemble", "m/model.onnx");
        if (file == "labels.txt") _folder.Write("m/model-settings.json", """{"labels":{"probabilities":"labels.txt"}}""");
        File.Delete(_folder.Below($"m/{file}"));
        TemporaryFolder.CreatePipe(_folder.Below($"m/{file}"));

        Assert.EndsWith($"m/{file} is not a regular file.", await ErrorAsync("m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model-settings.json")]
    [InlineData("config.pbtxt")]
    [InlineData("labels.txt")]
    public async Task A_link_to_a_device_is_rejected_by_path(string file)
    {
        _folder.Copy("tree-ensemble", "m/model.onnx");
        if (file == "labels.txt") _folder.Write("m/model-settings.json", """{"labels":{"probabilities":"labels.txt"}}""");
        File.Delete(_folder.Below($"m/{file}"));
        File.CreateSymbolicLink(_folder.Below($"m/{file}"), "/dev/zero");

        Assert.EndsWith($"m/{file} is not a regular file.", await ErrorAsync("m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model-settings.json")]
    [InlineData("config.pbtxt")]
    [InlineData("labels.txt")]
    public async Task A_text_file_must_not_be_a_link_out_of_the_model_folder(string file)
    {
        _folder.Copy("tree-ensemble", "m/model.onnx");
        _folder.Write("secret", "password");
        if (file == "labels.txt") _folder.Write("m/model-settings.json", """{"labels":{"probabilities":"labels.txt"}}""");
        File.CreateSymbolicLink(_folder.Below($"m/{file}"), "../secret");

        var error = await ErrorAsync("m");

        Assert.EndsWith($"m/{file} is a link to a file outside of its folder.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("password", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_within_the_model_folder_is_followed_as_Kubernetes_mounts_files()
    {
        _folder.Copy("tree-ensemble", "m/model.onnx");
        _folder.Write("m/model-settings.json", """{"labels":{"probabilities":"labels.txt"}}""");
        _folder.Write("m/..2026/labels.txt", "a\nb\n");
        Directory.CreateSymbolicLink(_folder.Below("m/..data"), "..2026");
        File.CreateSymbolicLink(_folder.Below("m/labels.txt"), "..data/labels.txt");
        using var repository = Repository(new InferenceOptions { MultiModelServer = true });

        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(["a", "b"], (await repository.GetMetadataAsync("m", null, CancellationToken.None)).Outputs[1].Labels);
    }

    [Fact]
    public async Task Links_of_model_and_labels_may_lead_to_one_folder_as_the_storage_initializer_makes_them()
    {
        _folder.Copy("tree-ensemble", ".claim/model.onnx");
        _folder.Write(".claim/labels.txt", "a\nb\n");
        _folder.Write(".claim/model-settings.json", """{"labels":{"probabilities":"labels.txt"}}""");
        Directory.CreateDirectory(_folder.Below("m"));
        foreach (var file in new[] { "model.onnx", "labels.txt", "model-settings.json" }) File.CreateSymbolicLink(_folder.Below($"m/{file}"), _folder.Below($".claim/{file}"));
        using var repository = Repository(new InferenceOptions { MultiModelServer = true });

        await repository.LoadAsync("m", CancellationToken.None);

        Assert.Equal(["a", "b"], (await repository.GetMetadataAsync("m", null, CancellationToken.None)).Outputs[1].Labels);
    }

    [Fact]
    public async Task A_label_file_that_is_too_large_is_rejected()
    {
        _folder.Copy("tree-ensemble", "m/model.onnx");
        _folder.Write("m/model-settings.json", """{"labels":{"probabilities":"labels.txt"}}""");
        using (var file = File.Create(_folder.Below("m/labels.txt"))) file.SetLength(ModelFolder.MaxTextBytes + 1);

        Assert.EndsWith("m/labels.txt has 16777217 bytes; at most 16777216 are allowed.", await ErrorAsync("m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"parameters":{"intra_op_num_threads":100000}}""", "parameters.intra_op_num_threads should be 0 to 256, got 100000")]
    [InlineData("""{"parameters":{"intra_op_num_threads":-1}}""", "parameters.intra_op_num_threads should be 0 to 256, got -1")]
    [InlineData("""{"parameters":{"executors":0}}""", "parameters.executors should be 1 to 256, got 0")]
    [InlineData("""{"parameters":{"executors":100000}}""", "parameters.executors should be 1 to 256, got 100000")]
    [InlineData("""{"parameters":{"queue_capacity":0}}""", "parameters.queue_capacity should be 1 to 1000000, got 0")]
    [InlineData("""{"max_batch_size":0}""", "max_batch_size should be 1 to 65536, got 0")]
    [InlineData("""{"max_batch_size":99999999999}""", "cannot be read at line 1: $.max_batch_size")]
    [InlineData("""{"max_batch_time":-1}""", "max_batch_time should be 0 to 60, got -1")]
    [InlineData("""{"max_batch_time":1e300}""", "max_batch_time should be 0 to 60, got ")]
    public async Task A_setting_out_of_range_is_rejected_by_name(string settings, string error)
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        _folder.Write("m/model-settings.json", settings);

        Assert.Contains(error, await ErrorAsync("m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a/b"}""")]
    [InlineData("""{"name":"a\nb"}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"parameters":{"version":"1/2"}}""")]
    public async Task A_name_that_cannot_be_part_of_a_URL_fails_the_start(string settings)
    {
        _folder.Copy("versioned/1", "model.onnx");
        _folder.Write("model-settings.json", settings);
        using var repository = Repository(new InferenceOptions());

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => repository.LoadAllAsync(CancellationToken.None));

        Assert.Contains("cannot be part of a URL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_exit_on_model_error_the_other_models_serve_and_the_index_has_the_reason()
    {
        _folder.Copy("versioned/1", "a/model.onnx");
        _folder.Write("b/model.onnx", "no model");
        _folder.Copy("endless", "c/model.onnx");
        using var repository = Repository(new InferenceOptions { ExitOnModelError = false, ModelLoadTimeoutSeconds = 10 });

        await repository.LoadAllAsync(CancellationToken.None).WaitAsync(Repositories.Guard);

        Assert.Equal(["a"], repository.ModelNames);
        var index = await repository.IndexAsync(CancellationToken.None);
        Assert.Equal([ModelState.Ready, ModelState.Unavailable, ModelState.Unavailable], index.Select(entry => entry.State));
        Assert.Contains("cannot be loaded", index[1].Reason, StringComparison.Ordinal);
        Assert.Contains("--model_load_timeout_seconds", index[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_without_a_model_are_skipped_with_a_warning()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        _folder.Write("lost+found/model.onnx", "not read");
        _folder.Write("notes/readme.txt", "");
        _folder.Write(".git/model.onnx", "not read");
        var log = new RecordedLog<ModelRepository>();
        using var repository = Repository(new InferenceOptions(), log);

        await repository.LoadAllAsync(CancellationToken.None);

        Assert.Equal(["m"], repository.ModelNames);
        Assert.Contains(log.Lines, line => line.Contains("lost+found is skipped: the folder belongs to the file system.", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("notes is skipped: the folder has no model.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_optimized_model_directory_that_cannot_be_written_gives_a_warning_only()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        var log = new RecordedLog<ModelRepository>();
        using var repository = Repository(new InferenceOptions { OptimizedModelDir = "/proc/none" }, log);

        await repository.LoadAllAsync(CancellationToken.None);

        Assert.Equal(["m"], repository.ModelNames);
        Assert.Contains(log.Lines, line => line.Contains("the model is optimized at every start", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(99, 17, "cannot be loaded: the file has IR version 99, ONNX Runtime ")]
    [InlineData(8, 99, "cannot be loaded: the file has opset 99 of ai.onnx, ONNX Runtime ")]
    public async Task A_file_that_is_too_new_is_rejected_with_both_versions(int ir, int opset, string error)
    {
        var model = OnnxFile.Read(Path.Combine(TestModels.PathOf("versioned/1"), "model.onnx"));
        model.IrVersion = ir;
        model.OpsetImport.Single(import => import.Domain.Length == 0).Version = opset;
        _folder.Write("m/model.onnx", model.ToByteArray());

        Assert.Contains(error, await ErrorAsync("m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_ONNX_Runtime_goes_to_the_logger()
    {
        _folder.Write("m/model.onnx", "no model");
        var log = new RecordedLog<ModelRepository>();
        using var repository = Repository(new InferenceOptions { MultiModelServer = true }, log);
        var model = OnnxFile.Read(Path.Combine(TestModels.PathOf("string-normalizer"), "model.onnx"));
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "locale", Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8("xx_XX") });
        _folder.Write("m/model.onnx", model.ToByteArray());

        var error = await Assert.ThrowsAsync<ModelNotReadyException>(async () => await repository.LoadAsync("m", CancellationToken.None));

        Assert.Contains("Failed to construct locale with name:xx_XX", error.Message, StringComparison.Ordinal);
        // Another test of this process may have become the receiver.
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("ONNX Runtime:", StringComparison.Ordinal) && line.Contains('\n', StringComparison.Ordinal));
    }

    private ModelRepository Repository(InferenceOptions options, ILogger<ModelRepository>? log = null)
    {
        options.ModelDir = _folder.Path;
        options.IntraOpNumThreads = 1;
        return new ModelRepository(Options.Create(options), log ?? NullLogger<ModelRepository>.Instance, new TestMeters());
    }

    private async Task<string> ErrorAsync(string model, int timeoutSeconds = 600)
    {
        using var repository = Repository(new InferenceOptions { MultiModelServer = true, ModelLoadTimeoutSeconds = timeoutSeconds });
        var error = await Assert.ThrowsAsync<ModelNotReadyException>(() => repository.LoadAsync(model, CancellationToken.None).AsTask().WaitAsync(Repositories.Guard));
        return error.Message;
    }

    private void WriteModel(string path, Action<GraphBuilder> build)
    {
        var graph = new GraphBuilder("test");
        build(graph);
        _folder.Write(path, new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph.Graph }.ToByteArray());
    }
}
