using System.Globalization;
using System.Text.Json;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>curl commands as in the documentation.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class CurlTests(PredictorFixture predictor)
{
    private const string Rows = """{"instances":[[1,2,3],[4,5,6]]}""";
    private const string Answer = """{"predictions":[6,15]}""";
    private const string Path = "/v1/models/fixed:predict";

    [Theory(Skip = TestClients.CurlMissing, SkipUnless = nameof(TestClients.HasCurl), SkipType = typeof(TestClients))]
    [InlineData]
    [InlineData("-H", "Content-Type: application/json")]
    [InlineData("-H", "Content-Type: application/json; charset=utf-8")]
    [InlineData("-H", "Content-Type: application/octet-stream")]
    [InlineData("-H", "Content-Type: multipart/form-data; boundary=x")]
    [InlineData("-H", "Content-Type: not a type")]
    [InlineData("-H", "Content-Type:")]
    [InlineData("-H", "Transfer-Encoding: chunked")]
    [InlineData("-H", "Expect: 100-continue")]
    [InlineData("-H", "Connection: close")]
    [InlineData("--http1.0")]
    [InlineData("--http2")]
    [InlineData("--compressed")]
    public async Task Every_way_to_send_a_body_is_accepted(params string[] switches)
        => Assert.Equal((200, "application/json", Answer), await SendAsync([.. switches, "-d", Rows], Path));

    [Fact(Skip = TestClients.CurlMissing, SkipUnless = nameof(TestClients.HasCurl), SkipType = typeof(TestClients))]
    public async Task A_file_of_one_megabyte_is_sent_after_100_continue_and_the_response_is_compressed()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.Write("rows.json", $$"""{"instances":[[{{string.Join(',', Enumerable.Range(0, 200_000))}}]]}""");

        var (status, _, body) = await SendAsync(["--compressed", "--data-binary", $"@{rows}"], "/v1/models/free:predict");

        Assert.Equal(200, status);
        Assert.Equal(200_000, JsonElement.Parse(body).GetProperty("predictions")[0].GetArrayLength());
    }

    [Fact(Skip = TestClients.CurlMissing, SkipUnless = nameof(TestClients.HasCurl), SkipType = typeof(TestClients))]
    public async Task A_form_field_gets_an_error_message()
    {
        var (status, contentType, body) = await SendAsync(["-F", $"file={Rows}"], Path);

        Assert.Equal((400, "application/json"), (status, contentType));
        Assert.Equal("invalid_input", JsonElement.Parse(body).GetProperty("code").GetString());
    }

    [Fact(Skip = TestClients.CurlMissing, SkipUnless = nameof(TestClients.HasCurl), SkipType = typeof(TestClients))]
    public async Task The_response_to_HEAD_has_no_body()
        => Assert.Equal((405, "", ""), await SendAsync(["--head", "--output", "/dev/null"], Path));

    [Fact(Skip = TestClients.CurlMissing, SkipUnless = nameof(TestClients.HasCurl), SkipType = typeof(TestClients))]
    public async Task Fail_with_body_prints_the_error_message()
    {
        var run = await ClientProgram.RunAsync("curl", ["--silent", "--fail-with-body", "-d", Rows, $"http://{predictor.Server.Host}/v1/models/none:predict"]);

        Assert.Equal((22, """{"error":"Model with name none does not exist.","code":"model_not_found"}"""), (run.ExitCode, run.Output));
    }

    // The options append status and content type to the body, each on a separate line.
    private async Task<(int Status, string ContentType, string Body)> SendAsync(string[] switches, string path)
    {
        var run = await ClientProgram.RunAsync(
            "curl", ["--silent", "--show-error", .. switches, "--write-out", "\n%{http_code}\n%{content_type}", $"http://{predictor.Server.Host}{path}"]);
        run.AssertSuccess();
        var lines = run.Output.Split('\n');
        return (int.Parse(lines[^2], CultureInfo.InvariantCulture), lines[^1], string.Join('\n', lines[..^2]));
    }
}
