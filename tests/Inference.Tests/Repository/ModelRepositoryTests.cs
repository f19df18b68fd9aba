using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Inference.Repository;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class ModelRepositoryTests
{
    [Fact]
    public void A_folder_of_models_is_loaded_in_the_order_of_their_names()
    {
        using var folder = TemporaryFolder.Of("mixed", "iris-mlp", "versioned");
        using var repository = Repositories.At(folder.Path);

        Assert.Equal(["iris-mlp", "mixed", "versioned"], repository.ModelNames);
    }

    [Fact]
    public async Task The_highest_version_is_the_default()
    {
        using var repository = Repositories.Of("versioned");

        Assert.Equal(("2", 3f), await InferAsync(null));
        Assert.Equal(("1", 2f), await InferAsync("1"));
        Assert.Equal(("2", 3f), await InferAsync("2"));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => InferAsync("3"));

        async Task<(string?, float)> InferAsync(string? version)
        {
            using var request = Repositories.Floats("x", new(1), 1);
            using var response = await repository.InferAsync("model", version, request, CancellationToken.None);
            return (response.ModelVersion, response["y"].Values<float>()[0]);
        }
    }

    [Fact]
    public async Task Metadata_matches_the_file()
    {
        using var repository = Repositories.Of("versioned");
        using var mixed = Repositories.Of("mixed");

        var model = await repository.GetMetadataAsync("model", "1", CancellationToken.None);
        var signature = await mixed.GetMetadataAsync("model", null, CancellationToken.None);

        Assert.Equal(("model", "onnxruntime_onnx"), (model.Name, model.Platform));
        Assert.Equal(["1", "2"], model.Versions);
        Assert.Equal(
            [new("prices", Datatype.Fp32, new(-1, 2)), new("count", Datatype.Int64, new(-1)), new("member", Datatype.Bool, new(-1))],
            signature.Inputs);
        Assert.Equal(
            [new("total", Datatype.Fp64, new(-1)), new("whole", Datatype.Int32, new(-1)), new("discount", Datatype.Bool, new(-1))], signature.Outputs);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found_by_any_operation()
    {
        using var repository = Repositories.Of("iris-mlp");
        using var request = Repositories.Floats("x", new(1, 4), 1, 2, 3, 4);

        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.InferAsync("other", null, request, CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.GetMetadataAsync("other", null, CancellationToken.None));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await repository.IsReadyAsync("model", "2", CancellationToken.None));
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("broken/model.onnx")]
    public void A_file_that_is_not_a_model_is_rejected_with_its_path(string path)
    {
        var exception = Assert.Throws<ModelLoadException>(() => Repositories.Of(path));

        Assert.StartsWith($"{TestModels.PathOf("broken/model.onnx")} cannot be loaded: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_rejected_with_its_path()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx");

        var exception = Assert.Throws<ModelLoadException>(() => Repositories.At(folder.Path));

        Assert.StartsWith($"{path} cannot be loaded: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_invalid_model_prevents_the_start_of_all()
    {
        using var folder = TemporaryFolder.Of("iris-mlp", "broken");
        using var repository = new ModelRepository(
            Options.Create(new InferenceOptions { ModelDir = folder.Path }), NullLogger<ModelRepository>.Instance, new TestMeters());

        await Assert.ThrowsAsync<ModelLoadException>(() => repository.LoadAllAsync(CancellationToken.None));

        Assert.Empty(repository.ModelNames);
    }

    [Fact]
    public async Task A_disposed_repository_has_no_models()
    {
        var repository = Repositories.Of("versioned");
        using var request = Repositories.Floats("x", new(1), 1);

        repository.Dispose();
        repository.Dispose();

        await Assert.ThrowsAsync<ModelNotFoundException>(() => repository.InferAsync(request));
    }

    [Fact]
    public async Task A_run_in_flight_when_the_repository_is_disposed_completes()
    {
        var repository = Repositories.Of("slow");
        using var first = Repositories.Turns(200);
        using var second = Repositories.Turns(3);
        var running = repository.InferAsync(first);
        var waiting = repository.InferAsync(second);

        repository.Dispose();

        using var firstAnswer = await running.WaitAsync(Repositories.Guard);
        using var secondAnswer = await waiting.WaitAsync(Repositories.Guard);
        Assert.Equal([200f], firstAnswer["done"].Values<float>().ToArray());
        Assert.Equal([3f], secondAnswer["done"].Values<float>().ToArray());
    }

    [Fact]
    public async Task The_response_has_the_id_of_the_request()
    {
        using var repository = Repositories.Of("versioned");
        using var request = Repositories.Floats("x", new(1), 1);

        using var named = await repository.InferAsync(request with { Id = "42" });
        using var unnamed = await repository.InferAsync(request);

        Assert.Equal("42", named.Id);
        Assert.Null(unnamed.Id);
    }
}
