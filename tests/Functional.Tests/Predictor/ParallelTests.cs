namespace InferenceServices.Functional.Tests.Predictor;

[Collection(nameof(PredictorFixture))]
public sealed class ParallelTests(PredictorFixture predictor)
{
    private static readonly string[] BadBodies = ["", "{", "[]", """{"instances":[["a"]]}""", """{"instances":[[1,2],[3]]}""", """{"\ud800":0}"""];

    [Fact]
    public async Task Invalid_requests_do_not_affect_other_clients()
    {
        var server = predictor.Server;

        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            if (i % 3 == 0)
            {
                (await server.PostAsync("/v1/models/free:predict", BadBodies[i / 3 % BadBodies.Length])).AssertError(400, "invalid_input");
                return;
            }
            if (i % 3 == 1)
            {
                (await server.PostAsync("/v1/models/free:predict", $$"""{"instances":[[{{i}},{{-i}}],[0.5,{{i}}]]}"""))
                    .AssertOk($$"""{"predictions":[[{{i}},{{-i}}],[0.5,{{i}}]]}""");
                return;
            }
            var v2 = await server.PostAsync(
                "/v2/models/versioned/infer", $$"""{"id":"{{i}}","inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[{{i}}]}]}""");
            v2.AssertOk(
                $$"""{"model_name":"versioned","model_version":"2","id":"{{i}}","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[{{i + 2}}]}]}""");
        });
    }
}
