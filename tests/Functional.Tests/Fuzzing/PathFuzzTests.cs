using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Whatever is asked for, with whatever verb, it is answered, and the next caller notices nothing.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class PathFuzzTests(FuzzedServers servers)
{
    [Property(MaxTest = 2 * FuzzedServers.Cases, Arbitrary = [typeof(PathCases)])]
    public async Task Any_verb_and_path_are_answered_or_refused(PathCase asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        foreach (var server in new[] { servers.Predictor, servers.Service })
        {
            // As it stands, dots and bad escapes too.
            var uri = new Uri($"http://{server.Host}{asked.Path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            var message = new HttpRequestMessage(new HttpMethod(asked.Verb), uri);
            if (asked.Verb is "POST" or "PUT" or "PATCH") message.Content = RunningServer.Json("{}");

            await servers.AssertTamedAsync(server, message);
        }
    }
}
