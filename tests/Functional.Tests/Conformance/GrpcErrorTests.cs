using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Errors over gRPC have the messages of REST.</summary>
[Collection(nameof(Executables))]
public sealed class GrpcErrorTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("other", "")]
    [EachExecutable("", "")]
    [EachExecutable("{model}", "7")]
    public async Task An_unknown_model_or_version_is_not_found(Executable executable, string name, string version)
    {
        var subject = executables.Of(executable);
        var grpc = subject.Server.Grpc;
        name = subject.At(name);
        var detail = version.Length == 0 ? $"Model with name {name} does not exist." : $"Model with name {name} and version {version} does not exist.";
        var request = subject.Grpc();
        request.ModelName = name;
        request.ModelVersion = version;

        await NotFoundAsync(() => grpc.ModelReadyAsync(new() { Name = name, Version = version }));
        await NotFoundAsync(() => grpc.ModelMetadataAsync(new() { Name = name, Version = version }));
        await NotFoundAsync(() => grpc.ModelConfigAsync(new() { Name = name, Version = version }));
        await NotFoundAsync(() => grpc.ModelInferAsync(request));

        Task NotFoundAsync<T>(Func<AsyncUnaryCall<T>> call) => RpcAssert.ErrorAsync(StatusCode.NotFound, "model_not_found", detail, call);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Errors_have_the_same_messages_as_over_REST(Executable executable)
    {
        var subject = executables.Of(executable);
        var output = (await subject.OutputsAsync())[0];
        (string Json, Action<ModelInferRequest> Change)[] mistakes =
        [
            (""","outputs":[{"name":"none"}]""", request => request.Outputs.Add(Output("none"))),
            ($$""","outputs":[{"name":"{{output}}"},{"name":"{{output}}"}]""", request => request.Outputs.Add([Output(output), Output(output)])),
            (""","inputs":[{"name":"x","shape":[1],"datatype":"INT16","data":[1]}]""", request => request.Inputs[0] = Number("x")),
        ];
        foreach (var (json, change) in mistakes)
        {
            var request = subject.Grpc();
            change(request);
            var inputs = json.Contains("inputs", StringComparison.Ordinal) ? "" : subject.V2()["inputs"]!.ToJsonString();
            var body = inputs.Length == 0 ? $"{{{json[1..]}}}" : $$"""{"inputs":{{inputs}}{{json}}}""";
            var overRest = (await subject.Server.PostAsync(subject.Infer, body)).AssertError(400, "invalid_input");

            await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", overRest, () => subject.Server.Grpc.ModelInferAsync(request));
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_input_has_either_raw_bytes_or_typed_fields(Executable executable)
    {
        var subject = executables.Of(executable);
        var both = subject.Grpc();
        both.RawInputContents.Add(subject.Grpc(raw: true).RawInputContents);
        var surplus = subject.Grpc(raw: true);
        surplus.RawInputContents.Add(surplus.RawInputContents[0]);
        var neither = subject.Grpc();
        neither.Inputs[0].Contents = null;
        var nothing = subject.Grpc();
        nothing.Inputs.Clear();

        foreach (var request in new[] { both, surplus, neither, nothing })
            await RpcAssert.ErrorAsync(StatusCode.InvalidArgument, "invalid_input", () => subject.Server.Grpc.ModelInferAsync(request));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_message_over_8_MiB_is_resource_exhausted_and_the_next_call_succeeds(Executable executable)
    {
        var subject = executables.Of(executable);
        var request = subject.Grpc();
        request.Id = new string('x', 8 << 20);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await subject.Server.Grpc.ModelInferAsync(request));

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        await subject.Server.Grpc.ModelInferAsync(subject.Grpc());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_unreadable_message_is_an_invalid_argument_and_an_unknown_method_is_unimplemented(Executable executable)
    {
        var address = executables.Of(executable).Server.GrpcAddress;
        foreach (byte[] body in new byte[][] { [], [0, 0], [0, 0, 0, 0, 9], RawHttp2.Frame([0xff, 0xff, 1, 2, 3]), RawHttp2.Frame([0x0a, 0x7f, 1]), RawHttp2.Frame([], compressed: 7) })
        {
            using var unreadable = await RawHttp2.PostAsync(address, RawHttp2.Infer, body);
            Assert.Equal($"{(int)StatusCode.InvalidArgument}", RawHttp2.StatusInHeaders(unreadable));
        }
        using var unknown = await RawHttp2.PostAsync(address, "/inference.GRPCInferenceService/Nope", RawHttp2.Frame([]));
        Assert.Equal($"{(int)StatusCode.Unimplemented}", RawHttp2.StatusInHeaders(unknown));
        using var json = await RawHttp2.PostAsync(address, RawHttp2.Infer, "{}"u8.ToArray(), "application/json");
        (await Answer.OfAsync(json)).AssertError(415, "bad_request");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_repository_methods_agree_with_REST(Executable executable)
    {
        var subject = executables.Of(executable);
        var grpc = subject.Server.Grpc;
        var rest = (await subject.Server.PostAsync("/v2/repository/index", "{}")).AssertOk().Json;

        var index = await grpc.RepositoryIndexAsync(new());

        Assert.Equal(rest.EnumerateArray().Select(Subject.NameOf), index.Models.Select(model => model.Name));
        Assert.All(index.Models, model => Assert.Equal(("READY", ""), (model.State, model.Reason)));
        await RpcAssert.ErrorAsync(StatusCode.NotFound, "model_not_found", () => grpc.RepositoryModelLoadAsync(new() { ModelName = "other" }));
        await RpcAssert.ErrorAsync(StatusCode.NotFound, "model_not_found", () => grpc.RepositoryModelUnloadAsync(new() { RepositoryName = "other" }));
        if (subject.IsService)
        {
            await RpcAssert.ErrorAsync(StatusCode.Unimplemented, "not_implemented", () => grpc.RepositoryModelLoadAsync(new() { ModelName = subject.Model }));
            await RpcAssert.ErrorAsync(StatusCode.Unimplemented, "not_implemented", () => grpc.RepositoryModelUnloadAsync(new() { RepositoryName = subject.Model }));
            return;
        }
        Assert.True((await grpc.RepositoryModelUnloadAsync(new() { ModelName = subject.Model })).IsUnloaded);
        Assert.True((await grpc.RepositoryModelLoadAsync(new() { RepositoryName = subject.Model })).IsLoaded);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Statistics_agree_with_REST(Executable executable)
    {
        var subject = executables.Of(executable);
        var grpc = subject.Server.Grpc;
        await RpcAssert.ErrorAsync(StatusCode.NotFound, "model_not_found", () => grpc.ModelStatisticsAsync(new() { Name = "other" }));
        if (executable == Executable.Transformer)
        {
            await RpcAssert.ErrorAsync(StatusCode.Unimplemented, "not_implemented", () => grpc.ModelStatisticsAsync(new() { Name = subject.Model }));
            return;
        }
        var rest = (await subject.Server.GetAsync(subject.At("/v2/models/{model}/stats"))).AssertOk().Json.GetProperty("model_stats")[0];

        var answer = Assert.Single((await grpc.ModelStatisticsAsync(new() { Name = subject.Model })).ModelStats);

        Assert.Equal(rest.GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetUInt64(), answer.InferenceStats.Success.Count);
    }

    private static ModelInferRequest.Types.InferRequestedOutputTensor Output(string name) => new() { Name = name };

    private static ModelInferRequest.Types.InferInputTensor Number(string name)
        => new() { Name = name, Datatype = "INT16", Shape = { 1 }, Contents = new InferTensorContents { IntContents = { 1 } } };
}
