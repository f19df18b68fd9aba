namespace InferenceServices.Functional.Tests.Predictor;

public sealed class TimeoutTests
{
    private const string Path = "/v2/models/slow/infer";
    private const int Endless = 1_000_000;

    [Fact]
    public async Task A_request_over_the_time_limit_fails_and_frees_its_slot()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--request_timeout_seconds=1", "--intra_op_num_threads=1");

        // One request runs, one waits.
        var answers = await Task.WhenAll(
            server.PostAsync(Path, Turns(Endless)), server.PostAsync("/v1/models/slow:predict", $$"""{"instances":[{{Endless}}]}"""));

        foreach (var answer in answers) answer.AssertError(504, "request_timeout", "The request timed out after 1 s.");
        (await server.PostAsync(Path, Turns(1))).AssertOk();
    }

    [Fact]
    public async Task A_v2_request_can_set_a_timeout_in_microseconds()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--intra_op_num_threads=1");

        (await server.PostAsync(Path, Turns(Endless, "200000")))
            .AssertError(504, "request_timeout", "The request timed out after 0.2 s.");
        foreach (var enough in new[] { "0", "60000000", "9223372036854775807" }) (await server.PostAsync(Path, Turns(1, enough))).AssertOk();
        foreach (var wrong in new[] { "-1", "1.5", "\"200000\"", "true", "9223372036854775808" })
        {
            (await server.PostAsync(Path, Turns(Endless, wrong)))
                .AssertError(400, "invalid_input", "parameters.timeout should be a whole number of microseconds, 0 or more");
        }
    }

    private static string Turns(int count, string timeout = "0")
        => $$"""{"parameters":{"timeout":{{timeout}}},"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[{{count}}]}]}""";
}
