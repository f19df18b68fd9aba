using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Whatever a body holds, it is answered, and the next caller notices nothing.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class BodyFuzzTests(FuzzedServers servers)
{
    [Property(MaxTest = 3 * FuzzedServers.Cases, Arbitrary = [typeof(Requests)])]
    public async Task A_changed_request_is_answered_or_refused(MutatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = new HttpRequestMessage(HttpMethod.Post, request.Path) { Content = RunningServer.Json(request.Body) };

        await servers.AssertTamedAsync(servers.Of(request.Path), message);
    }

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(Requests)])]
    public async Task Any_bytes_are_answered_or_refused(MutatedRequest request, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = new HttpRequestMessage(HttpMethod.Post, request.Path) { Content = RunningServer.Raw(bytes) };

        await servers.AssertTamedAsync(servers.Of(request.Path), message);
    }
}
