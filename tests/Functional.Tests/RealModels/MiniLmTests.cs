using System.Numerics.Tensors;
using InferenceServices.Functional.Tests.Tensors;
using Microsoft.ML.Tokenizers;

namespace InferenceServices.Functional.Tests.RealModels;

/// <summary>A sentence encoder of Hugging Face: three inputs of tokens, free sequence length, 90 MB.</summary>
[Collection(nameof(RealModelsFixture))]
public sealed class MiniLmTests(RealModelsFixture fixture)
{
    private const int Width = 384;

    // A request to the exported graph has both outputs.
    private static readonly WireTensor[] Outputs = [WireTensor.Of("last_hidden_state", [1, 1, Width], 0f), WireTensor.Of("924", [1, Width], 0f)];

    [Theory(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    [InlineData(TensorProtocol.V1)]
    [InlineData(TensorProtocol.V2Json)]
    [InlineData(TensorProtocol.V2Binary)]
    [InlineData(TensorProtocol.Grpc)]
    public async Task Similar_sentences_have_similar_embeddings(TensorProtocol protocol)
    {
        var eating = await EmbedAsync("A man is eating food.", protocol);
        var bread = await EmbedAsync("A man is eating a piece of bread.", protocol);
        var cheetah = await EmbedAsync("A cheetah is running behind its prey.", protocol);

        // The model card of sentence-transformers gives 0.75 for the first pair.
        Assert.InRange(TensorPrimitives.CosineSimilarity(eating, bread), 0.7f, 0.8f);
        Assert.True(TensorPrimitives.CosineSimilarity(eating, cheetah) < 0.2f);
    }

    [Fact(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    public async Task A_batch_has_the_embeddings_of_single_requests()
    {
        string[] sentences = ["A man is eating food.", "A girl is eating fish.", "A dog is chasing cats.", "A king is wearing hats."];
        var alone = new List<float[]>();
        foreach (var sentence in sentences) alone.Add(await EmbedAsync(sentence, TensorProtocol.Grpc));
        var before = await ExecutionsAsync();

        var together = await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(_ => sentences).Select(sentence => EmbedAsync(sentence, TensorProtocol.Grpc)));

        Assert.True(await ExecutionsAsync() - before < together.Length, "no batch formed");
        // Kernels sum in another order for another number of rows.
        for (var i = 0; i < together.Length; i++) Assert.InRange(TensorPrimitives.Distance(alone[i % sentences.Length], together[i]), 0, 1e-4f);
    }

    private async Task<long> ExecutionsAsync()
        => (await fixture.Server.GetAsync("/v2/models/minilm/stats")).AssertOk().Json.GetProperty("model_stats")[0].GetProperty("execution_count").GetInt64();

    private async Task<float[]> EmbedAsync(string sentence, TensorProtocol protocol)
    {
        using var vocabulary = File.OpenRead(RealModelsFixture.PathOf("minilm/vocab.txt"));
        var ids = (await BertTokenizer.CreateAsync(vocabulary)).EncodeToIds(sentence).Select(id => (long)id).ToArray();
        long[] shape = [1, ids.Length];
        WireTensor[] inputs =
        [
            WireTensor.Of("input_ids", shape, ids),
            WireTensor.Of("attention_mask", shape, [.. ids.Select(_ => 1L)]),
            WireTensor.Of("token_type_ids", shape, new long[ids.Length]),
        ];
        var states = (await TensorClient.SendAsync(fixture.Server, "minilm", inputs, protocol, "1", Outputs)).Single(output => output.Name == "last_hidden_state").Floats();
        var mean = new float[Width];
        for (var at = 0; at < states.Length; at += Width) TensorPrimitives.Add(mean, states.AsSpan(at, Width), mean);
        return [.. mean.Select(sum => sum / ids.Length)];
    }
}
