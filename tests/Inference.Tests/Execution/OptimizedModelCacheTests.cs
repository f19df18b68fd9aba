using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class OptimizedModelCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => new(TestModels.Names.Where(name => name != "external"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void A_cached_model_gives_the_same_outputs(string model)
    {
        var path = Path.Combine(TestModels.PathOf(model), "model.onnx");
        var (plain, first) = (Answer(path, null), Answer(path, Cache()));
        var cached = Assert.Single(CachedFiles());
        var written = cached.LastWriteTimeUtc;

        var second = Answer(path, Cache());

        Assert.Equal(plain, first);
        Assert.Equal(plain, second);
        Assert.Equal((cached.FullName, written), (CachedFiles().Single().FullName, CachedFiles().Single().LastWriteTimeUtc));
    }

    [Fact]
    public void A_different_model_with_the_same_name_gets_its_own_cache_file()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        Assert.Equal(2, Run(Cache()));

        _folder.Copy("versioned/2", "m/model.onnx");

        Assert.Equal(3, Run(Cache()));
        Assert.Equal(2, CachedFiles().Length);
    }

    [Fact]
    public void A_model_with_external_weights_is_not_cached()
    {
        var path = Path.Combine(TestModels.PathOf("external"), "model.onnx");

        Assert.Equal(Answer(path, null), Answer(path, Cache()));
        Assert.Empty(CachedFiles());
    }

    [Fact]
    public void A_corrupt_cache_file_is_replaced()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        Assert.Equal(2, Run(Cache()));
        File.WriteAllText(CachedFiles().Single().FullName, "broken");

        Assert.Equal(2, Run(Cache()));
        Assert.NotEqual("broken", File.ReadAllText(CachedFiles().Single().FullName));
    }

    [Fact]
    public void A_read_only_cache_directory_does_not_fail_the_load()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        _folder.Write("file");

        Assert.Equal(2, Run(new OptimizedModelCache(_folder.Below("file/below"), NullLogger.Instance)));
    }

    [Fact]
    public void A_corrupt_model_gives_the_same_error_as_without_a_cache()
    {
        var path = Path.Combine(TestModels.PathOf("broken"), "model.onnx");
        var plain = Assert.ThrowsAny<OnnxRuntimeException>(() => new ModelSession(ModelGraph.Unchanged(path), 1));

        Assert.Equal(plain.Message, Assert.ThrowsAny<OnnxRuntimeException>(() => new ModelSession(ModelGraph.Unchanged(path), 1, Cache())).Message);
        Assert.Empty(CachedFiles());
    }

    [Fact]
    public void A_model_in_ORT_format_is_not_cached()
    {
        using (var options = new SessionOptions { OptimizedModelFilePath = _folder.Below("model.ort") })
        {
            options.AddSessionConfigEntry("session.save_model_format", "ORT");
            new InferenceSession(Path.Combine(TestModels.PathOf("iris-mlp"), "model.onnx"), options).Dispose();
        }

        Assert.Equal(Answer(Path.Combine(TestModels.PathOf("iris-mlp"), "model.onnx"), null), Answer(_folder.Below("model.ort"), Cache()));
        Assert.Empty(CachedFiles());
    }

    private OptimizedModelCache Cache() => new(_folder.Below("cache"), NullLogger.Instance);

    private FileInfo[] CachedFiles() => Directory.Exists(_folder.Below("cache")) ? new DirectoryInfo(_folder.Below("cache")).GetFiles() : [];

    private float Run(OptimizedModelCache cache)
    {
        using var session = new ModelSession(Read(_folder.Below("m/model.onnx")), 1, cache);
        using var request = Repositories.Floats("x", new(1), 1);
        using var options = new RunOptions();
        using var output = session.Run(request, options, out _).Single().Tensor;
        return output.Values<float>()[0];
    }

    private static ModelGraph Read(string path) => ModelGraph.Read(path, allowUnsafeOperators: true, maxElements: 1 << 26);

    // Ones, because zeros would hide the difference between two graphs' weights.
    private static List<byte[]> Answer(string path, OptimizedModelCache? cache)
    {
        using var session = new ModelSession(Read(path), 1, cache);
        using var request = TrialRequest.Create(session.Inputs, 1, 0, 1);
        foreach (var input in request.Inputs.Where(input => input.Tensor.Datatype == Contracts.Tensors.Datatype.Fp32)) input.Tensor.Values<float>().Fill(1);
        foreach (var input in request.Inputs.Where(input => input.Tensor.Datatype == Contracts.Tensors.Datatype.Int64)) input.Tensor.Values<long>().Fill(1);
        foreach (var input in request.Inputs.Where(input => input.Tensor.Datatype == Contracts.Tensors.Datatype.Int32)) input.Tensor.Values<int>().Fill(1);
        using var options = new RunOptions();
        var answers = new List<byte[]>();
        foreach (InferOutput output in session.Run(request, options, out _))
        {
            answers.Add(output.Tensor.Bytes.ToArray());
            output.Tensor.Dispose();
        }
        return answers;
    }
}
