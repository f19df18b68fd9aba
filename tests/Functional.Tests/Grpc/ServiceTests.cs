using System.Text.Json;
using Grpc.Core;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>A service over gRPC: JSON bodies as elements of one BYTES tensor, in every topology.</summary>
[Collection(LangIdShared.Name)]
public sealed class ServiceTests(LangIdServers servers)
{
    private static readonly string[] Texts = ["Some random text in any language", "Això és una prova.", "これは言語を判定するサービスです。"];

    private static string[] Bodies => [.. Texts.Select(text => JsonSerializer.Serialize(new { text }))];

    private IEnumerable<RunningServer> Services => [servers.Collocated, servers.Split, servers.Explainer];

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Responses_are_the_same_bytes_as_over_V1()
    {
        var expected = new List<string>();
        foreach (var body in Bodies) expected.Add((await servers.Collocated.PostAsync("/v1/models/langid:predict", body)).AssertOk().Body);

        foreach (var server in Services)
        {
            var answer = await server.Grpc.ModelInferAsync(GrpcRequests.Bodies("langid", Bodies));

            Assert.Equal(("langid", "1", "output", "BYTES"), (answer.ModelName, answer.ModelVersion, answer.Outputs[0].Name, answer.Outputs[0].Datatype));
            Assert.Equal(expected, answer.Outputs.Single().Contents.BytesContents.Select(element => element.ToStringUtf8()));
        }
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_body_that_the_service_rejects_is_an_invalid_argument()
    {
        foreach (var server in Services)
        {
            var overRest = (await server.PostAsync("/v1/models/langid:predict", "{}")).AssertError(400, "invalid_input");

            await RpcAssert.ErrorAsync(
                StatusCode.InvalidArgument, "invalid_input", overRest, () => server.Grpc.ModelInferAsync(GrpcRequests.Bodies("langid", "{}")));
        }
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_service_has_its_own_body_limit()
    {
        var request = GrpcRequests.Bodies("langid", $$"""{"text":"{{new string('x', 5 << 20)}}"}""");

        await RpcAssert.ErrorAsync(StatusCode.ResourceExhausted, "payload_too_large", () => servers.Collocated.Grpc.ModelInferAsync(request));
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_predictor_that_cannot_be_reached_is_unavailable()
    {
        await using var alone = await FakePredictor.InFrontOfAsync("127.0.0.1:1");

        await RpcAssert.ErrorAsync(
            StatusCode.Unavailable, "predictor_unreachable",
            () => alone.Transformer.Grpc.ModelInferAsync(GrpcRequests.Bodies("langid", """{"text":"hello"}""")));
    }
}
