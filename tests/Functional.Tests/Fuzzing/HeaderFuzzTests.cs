using FsCheck.Xunit;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Whatever the headers of a good request say, it is answered, and the next caller notices nothing.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class HeaderFuzzTests(FuzzedServers servers)
{
    private static readonly byte[] Binary =
        [.. """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}"""u8, 0, 0, 128, 63, 0, 0, 0, 64];

    private static readonly byte[] Rows = """{"instances":[[1,2,3],[4,5,6]]}"""u8.ToArray();

    [Property(MaxTest = 2 * FuzzedServers.Cases, Arbitrary = [typeof(HeaderCases)])]
    public Task Any_headers_of_a_binary_request_are_answered_or_refused(HeaderCase headers) => SendAsync("/v2/models/free/infer", Binary, headers);

    [Property(MaxTest = 2 * FuzzedServers.Cases, Arbitrary = [typeof(HeaderCases)])]
    public Task Any_headers_of_a_V1_request_are_answered_or_refused(HeaderCase headers) => SendAsync("/v1/models/fixed:predict", Rows, headers);

    private async Task SendAsync(string path, byte[] body, HeaderCase headers)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content.Headers.TryAddWithoutValidation(name, value);

        await servers.AssertTamedAsync(servers.Predictor, message);
    }
}
