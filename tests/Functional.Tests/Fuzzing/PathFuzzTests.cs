using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>
/// Every method and path gets a response, and the next request succeeds. Uses a raw socket: HttpClient removes non-ASCII characters
/// from the request line and sends other contents of its buffer instead, such as parts of the previous request.
/// </summary>
[Collection(nameof(FuzzedServers))]
public sealed class PathFuzzTests(FuzzedServers servers)
{
    private const string Next = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    // Kestrel's limit for the request line.
    private const int MaxLine = 8_192;

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(PathCases)])]
    public async Task A_random_method_and_path_get_a_response_or_a_client_error(PathCase path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (var server in new[] { servers.Predictor, servers.Of("langid") })
        {
            using var connection = await RawConnection.OpenAsync(server);

            await connection.SendAsync($"{path.Verb} {path.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}{Next}");
            var answers = await connection.ReadAllAsync(path.Verb == "HEAD").WaitAsync(FuzzedServers.Patience);

            AssertAnswers(path, answers);
            await servers.AssertAliveAsync(server);
        }
    }

    private static void AssertAnswers(PathCase path, IReadOnlyList<Answer> answers)
    {
        // A connection that closes with unread bytes can lose its response.
        if (answers.Count == 0 && path.Verb.Length + path.Path.Length > MaxLine / 2) return;
        FuzzedServers.AssertTame(answers[0], path.Verb == "HEAD");
        if (answers.Count == 1)
        {
            Assert.True(answers[0].Headers.ConnectionClose, $"{answers[0].Status} was the end, and did not say so.");
            return;
        }
        answers[1].AssertOk("""{"live":true}""");
        Assert.Equal(2, answers.Count);
    }
}
