using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Testing;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using V1 = Grpc.Reflection.V1;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>The protocol over gRPC. <see cref="SameBitsTests"/> compares its responses with REST bit by bit.</summary>
[Collection(nameof(Executables))]
public sealed class GrpcTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Server_metadata_are_the_same_as_over_REST(Executable executable)
    {
        var server = executables.Of(executable).Server;
        var rest = (await server.GetAsync("/v2")).AssertOk().Json;

        var answer = await server.Grpc.ServerMetadataAsync(new());

        Assert.Equal((Subject.NameOf(rest), rest.GetProperty("version").GetString()), (answer.Name, answer.Version));
        Assert.Equal(rest.GetProperty("extensions").EnumerateArray().Select(extension => extension.GetString()), answer.Extensions);
        Assert.True((await server.Grpc.ServerLiveAsync(new())).Live);
        Assert.True((await server.Grpc.ServerReadyAsync(new())).Ready);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("")]
    [EachExecutable("1")]
    public async Task Model_metadata_are_the_same_as_over_REST(Executable executable, string version)
    {
        var subject = executables.Of(executable);
        var grpc = subject.Server.Grpc;
        var rest = (await subject.Server.GetAsync(subject.At("/v2/models/{model}"))).AssertOk().Json;

        var answer = await grpc.ModelMetadataAsync(new() { Name = subject.Model, Version = version });
        var config = (await grpc.ModelConfigAsync(new() { Name = subject.Model, Version = version })).Config;

        Assert.Equal((subject.Model, rest.GetProperty("platform").GetString()), (answer.Name, answer.Platform));
        Assert.Equal(["1"], answer.Versions);
        Assert.Equal(rest.GetProperty("inputs").EnumerateArray().Select(Describe), answer.Inputs.Select(Describe));
        Assert.Equal(rest.GetProperty("outputs").EnumerateArray().Select(Describe), answer.Outputs.Select(Describe));
        Assert.Equal((answer.Name, answer.Platform, 0), (config.Name, config.Platform, config.MaxBatchSize));
        Assert.Equal(answer.Inputs.Select(input => (input.Name, input.Shape)), config.Input.Select(input => (input.Name, input.Dims)));
        Assert.Equal(answer.Outputs.Select(output => (output.Name, output.Shape)), config.Output.Select(output => (output.Name, output.Dims)));
        Assert.True((await grpc.ModelReadyAsync(new() { Name = subject.Model, Version = version })).Ready);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_response_has_the_id_of_the_request_and_the_name_and_version_of_the_model(Executable executable)
    {
        var subject = executables.Of(executable);
        var grpc = subject.Server.Grpc;
        var request = subject.Grpc();

        var unnamed = await grpc.ModelInferAsync(request);
        using var call = grpc.ModelInferAsync(request, new Metadata { { "x-request-id", "from-header" } });
        var named = await call;
        request.Id = "my id é";
        request.ModelVersion = "1";
        var identified = await grpc.ModelInferAsync(request, new Metadata { { "x-request-id", "from-header" } });

        Assert.True(Guid.TryParse(unnamed.Id, out _));
        Assert.Equal(("from-header", "from-header"), (named.Id, (await call.ResponseHeadersAsync).GetValue("x-request-id")));
        Assert.Equal(("my id é", subject.Model, "1"), (identified.Id, identified.ModelName, identified.ModelVersion));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Requested_outputs_are_returned_in_the_requested_order(Executable executable)
    {
        var subject = executables.Of(executable);
        string[] backwards = [.. (await subject.OutputsAsync()).Reverse()];
        var request = subject.Grpc();
        request.Outputs.Add(backwards.Select(name => new ModelInferRequest.Types.InferRequestedOutputTensor { Name = name }));

        var all = await subject.Server.Grpc.ModelInferAsync(request);
        while (request.Outputs.Count > 1) request.Outputs.RemoveAt(1);
        var one = await subject.Server.Grpc.ModelInferAsync(request);

        Assert.Equal(backwards, all.Outputs.Select(output => output.Name));
        Assert.Equal(all.Outputs[0], Assert.Single(one.Outputs));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_stream_returns_responses_in_order_and_continues_after_an_error(Executable executable)
    {
        var subject = executables.Of(executable);
        var unknown = subject.Grpc();
        unknown.ModelName = "other";
        using var call = subject.Server.Grpc.ModelStreamInfer();
        foreach (var request in new[] { subject.Grpc(), unknown, subject.Grpc(raw: true) }) await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();

        var answers = new List<ModelStreamInferResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers.Add(answer);

        Assert.Equal(["", "Model with name other does not exist.", ""], answers.Select(answer => answer.ErrorMessage));
        var alone = await subject.Server.Grpc.ModelInferAsync(subject.Grpc());
        Assert.Equal(alone.Outputs, answers[0].InferResponse.Outputs);
        Assert.Equal(alone.Outputs.Count, answers[2].InferResponse.RawOutputContents.Count);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("")]
    [EachExecutable("inference.GRPCInferenceService")]
    public async Task Health_supports_Check_and_Watch(Executable executable, string service)
    {
        var health = new Health.HealthClient(executables.Of(executable).Server.Channel);
        using var watch = health.Watch(new() { Service = service });

        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new() { Service = service })).Status);
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new() { Service = "other" }));
        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Both_versions_of_reflection_list_the_services(Executable executable)
    {
        var channel = executables.Of(executable).Server.Channel;
        using var old = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await old.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await old.ResponseStream.MoveNext(CancellationToken.None));
        using var current = new V1.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await current.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await current.ResponseStream.MoveNext(CancellationToken.None));

        var services = current.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToArray();

        Assert.Contains("inference.GRPCInferenceService", services);
        Assert.Contains("grpc.health.v1.Health", services);
        Assert.Equal(services, old.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
        await old.RequestStream.CompleteAsync();
        await current.RequestStream.CompleteAsync();
    }

    private static string Describe(JsonElement tensor)
        => $"{Subject.NameOf(tensor)} {tensor.GetProperty("datatype").GetString()} {tensor.GetProperty("shape").GetRawText()}";

    private static string Describe(ModelMetadataResponse.Types.TensorMetadata tensor) => $"{tensor.Name} {tensor.Datatype} [{string.Join(',', tensor.Shape)}]";
}
