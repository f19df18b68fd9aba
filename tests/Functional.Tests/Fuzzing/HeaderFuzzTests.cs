using FsCheck.Xunit;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A valid request with any headers gets a response, and the next request succeeds.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class HeaderFuzzTests(FuzzedServers servers)
{
    private static readonly byte[] Binary =
        [.. """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}"""u8, 0, 0, 128, 63, 0, 0, 0, 64];

    private static readonly byte[] Rows = """{"instances":[[1,2,3],[4,5,6]]}"""u8.ToArray();

    [Property(MaxTest = 2 * FuzzedServers.Cases, Arbitrary = [typeof(HeaderCases)])]
    public Task Random_headers_of_a_binary_request_get_a_response_or_a_client_error(HeaderCase headers) => SendAsync("/v2/models/free/infer", Binary, headers);

    [Property(MaxTest = 2 * FuzzedServers.Cases, Arbitrary = [typeof(HeaderCases)])]
    public Task Random_headers_of_a_V1_request_get_a_response_or_a_client_error(HeaderCase headers) => SendAsync("/v1/models/fixed:predict", Rows, headers);

    private async Task SendAsync(string path, byte[] body, HeaderCase headers)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content.Headers.TryAddWithoutValidation(name, value);

        await servers.AssertTamedAsync(servers.Predictor, message);
    }
}
