using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Every body gets a response, and the next request succeeds.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class BodyFuzzTests(FuzzedServers servers)
{
    [Property(MaxTest = 3 * FuzzedServers.Cases, Arbitrary = [typeof(Requests)])]
    public async Task A_mutated_request_gets_a_response_or_a_client_error(MutatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = new HttpRequestMessage(HttpMethod.Post, request.Path) { Content = RunningServer.Json(request.Body) };

        await servers.AssertTamedAsync(servers.Of(request.Path), message);
    }

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(Requests)])]
    public async Task Random_bytes_get_a_response_or_a_client_error(MutatedRequest request, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = new HttpRequestMessage(HttpMethod.Post, request.Path) { Content = RunningServer.Raw(bytes) };

        await servers.AssertTamedAsync(servers.Of(request.Path), message);
    }
}
