using System.Text.Json;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>The log of a process on standard output.</summary>
public sealed class LogFormatTests
{
    private const string Predict = "/v1/models/versioned:predict";

    [Fact]
    public async Task In_json_every_line_is_an_object_with_fields()
    {
        var lines = (await RunAsync("--log_format=json", "--enable_access_log")).Select(line => JsonElement.Parse(line)).ToArray();

        Assert.All(lines, line => Assert.Equal(TimeSpan.Zero, line.GetProperty("Timestamp").GetDateTimeOffset().Offset));
        var ended = Assert.Single(lines, line => line.GetProperty("EventId").GetInt32() == 2400).GetProperty("State");
        Assert.Equal(("versioned", "v1", "200"), (ended.GetProperty("ModelName").GetString(), ended.GetProperty("Protocol").GetString(), ended.GetProperty("Code").GetString()));
        Assert.Equal("a \"b\", {c}", ended.GetProperty("RequestId").GetString());
        Assert.True(ended.GetProperty("PredictMs").GetDouble() > 0);
        Assert.True(ended.GetProperty("TotalMs").GetDouble() >= ended.GetProperty("PredictMs").GetDouble());
    }

    [Fact]
    public async Task In_text_every_message_is_a_line_with_the_time_first()
    {
        var lines = await RunAsync("--enable_access_log");

        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn|fail): ", line));
        Assert.Single(lines, line => line.EndsWith("requestId: a \"b\", {c}", StringComparison.Ordinal));
    }

    private static async Task<string[]> RunAsync(params string[] switches)
    {
        await using var server = await ServerProcess.StartAsync("versioned", ["--drain_delay_seconds=0", .. switches]);
        using var message = new HttpRequestMessage(HttpMethod.Post, Predict) { Content = RunningServer.Json("""{"instances":[1]}""") };
        message.Headers.TryAddWithoutValidation("x-request-id", "a \"b\", {c}");
        (await Answer.OfAsync(await server.Client.SendAsync(message))).AssertOk();
        await server.SignalAsync("TERM");
        Assert.Equal(0, await server.ExitCodeAsync());
        return await server.LinesAsync();
    }
}
