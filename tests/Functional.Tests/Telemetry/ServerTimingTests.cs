using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Conformance;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>Clients get the stage times of a request on request.</summary>
[Collection(nameof(Executables))]
public sealed partial class ServerTimingTests(Executables executables)
{
    private static readonly string[] Everywhere = ["preprocess", "predict", "postprocess", "total"];

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task V1_returns_times_in_a_header(Executable executable)
    {
        var subject = executables.Of(executable);

        AssertTimes(executable, Parse(await RequestTimesAsync(subject.Server, subject.Predict, subject.V1, "true")));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task V2_returns_times_in_a_header(Executable executable)
    {
        var subject = executables.Of(executable);

        AssertTimes(executable, Parse(await RequestTimesAsync(subject.Server, subject.Infer, subject.V2().ToJsonString(), "TRUE")));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task V2_returns_times_in_parameters(Executable executable)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        request["parameters"] = new System.Text.Json.Nodes.JsonObject { ["server_timing"] = true };

        var answer = (await subject.InferAsync(request)).AssertOk();

        Assert.False(answer.Headers.Contains("Server-Timing"));
        AssertTimes(executable, answer.Json.GetProperty("parameters").EnumerateObject().ToDictionary(one => one.Name[..^"_ms".Length], one => one.Value.GetDouble()));
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task GRPC_returns_times_in_metadata_and_in_each_message_of_a_stream()
    {
        var server = executables.Predictor;
        var message = GrpcRequests.Typed("versioned", "x", [1], 1);
        message.Parameters["server_timing"] = new InferParameter { BoolParam = true };

        using (var call = server.Grpc.ModelInferAsync(message, new Metadata { { "x-server-timing", "true" } }))
        {
            AssertTimes(Executable.Predictor, ParametersOf(await call));
            AssertTimes(Executable.Predictor, Parse((await call.ResponseHeadersAsync).GetValue("server-timing")));
        }

        using var stream = server.Grpc.ModelStreamInfer();
        await stream.RequestStream.WriteAsync(message);
        await stream.RequestStream.CompleteAsync();
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        AssertTimes(Executable.Predictor, ParametersOf(stream.ResponseStream.Current.InferResponse));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData(null)]
    [InlineData("false")]
    [InlineData("")]
    [InlineData("1; drop")]
    public async Task Without_the_header_there_are_no_times(string? header)
    {
        var subject = executables.Of(Executable.Predictor);

        Assert.Null(await RequestTimesAsync(subject.Server, subject.Predict, subject.V1, header));
        Assert.False((await subject.InferAsync(subject.V2())).AssertOk().Json.TryGetProperty("parameters", out _));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("\"true\"")]
    [InlineData("1")]
    public async Task A_parameter_that_is_not_a_boolean_is_rejected(string value)
    {
        var subject = executables.Of(Executable.Predictor);
        var request = $$"""{"parameters":{"server_timing":{{value}}},"inputs":[{{subject.InputJson}}]}""";

        (await subject.Server.PostAsync(subject.Infer, request)).AssertError(400, "invalid_input", "parameters.server_timing should be true or false");
    }

    private static async Task<string?> RequestTimesAsync(RunningServer server, string path, string body, string? header)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(body) };
        if (header is not null) message.Headers.TryAddWithoutValidation("x-server-timing", header);
        var answer = (await Answer.OfAsync(await server.Client.SendAsync(message))).AssertOk();
        return answer.Headers.TryGetValues("Server-Timing", out var times) ? times.Single() : null;
    }

    private static void AssertTimes(Executable executable, Dictionary<string, double> times)
    {
        Assert.Equal(executable == Executable.Transformer ? Everywhere : ["queue", .. Everywhere], times.Keys);
        Assert.All(times.Values, time => Assert.InRange(time, 0, RunningServer.Guard.TotalMilliseconds));
        // Each value is rounded to a thousandth.
        Assert.True(times["total"] + .005 >= times["preprocess"] + times["predict"] + times["postprocess"]);
        Assert.True(times["predict"] > 0);
        Assert.True(times["predict"] + .005 >= times.GetValueOrDefault("queue"));
    }

    private static Dictionary<string, double> ParametersOf(ModelInferResponse response)
        => response.Parameters.OrderBy(one => Array.IndexOf(["queue_ms", .. Everywhere.Select(name => name + "_ms")], one.Key))
            .ToDictionary(one => one.Key[..^"_ms".Length], one => one.Value.DoubleParam);

    private static Dictionary<string, double> Parse(string? header)
    {
        Assert.Matches(@"^\w+;dur=[\d.]+(, \w+;dur=[\d.]+)*$", header);
        return Time().Matches(header!).ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"(\w+);dur=([\d.]+)")]
    private static partial Regex Time();
}
