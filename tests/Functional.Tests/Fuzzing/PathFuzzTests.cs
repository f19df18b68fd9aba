using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>
/// Whatever is asked for, with whatever verb, it is answered, and the next caller notices nothing. Over a socket: HttpClient leaves characters
/// beyond ASCII out of the first line and sends what its buffer happens to hold, such as the request before, in their place.
/// </summary>
[Collection(nameof(FuzzedServers))]
public sealed class PathFuzzTests(FuzzedServers servers)
{
    private const string Next = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    // Where Kestrel gives up reading the first line.
    private const int MaxLine = 8_192;

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(PathCases)])]
    public async Task Any_verb_and_path_are_answered_or_refused(PathCase asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        foreach (var server in new[] { servers.Predictor, servers.Of("langid") })
        {
            using var connection = await RawConnection.OpenAsync(server);

            await connection.SendAsync($"{asked.Verb} {asked.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}{Next}");
            var answers = await connection.ReadAllAsync(asked.Verb == "HEAD").WaitAsync(FuzzedServers.Patience);

            AssertAnswers(asked, answers);
            await servers.AssertAliveAsync(server);
        }
    }

    private static void AssertAnswers(PathCase asked, IReadOnlyList<Answer> answers)
    {
        // A connection closed with bytes unread may take its answer with it.
        if (answers.Count == 0 && asked.Verb.Length + asked.Path.Length > MaxLine / 2) return;
        FuzzedServers.AssertTame(answers[0], asked.Verb == "HEAD");
        if (answers.Count == 1)
        {
            Assert.True(answers[0].Headers.ConnectionClose, $"{answers[0].Status} was the end, and did not say so.");
            return;
        }
        answers[1].AssertOk("""{"live":true}""");
        Assert.Equal(2, answers.Count);
    }
}
