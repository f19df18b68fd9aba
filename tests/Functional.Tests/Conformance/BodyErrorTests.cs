using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using static InferenceServices.Functional.Tests.Servers.RawConnection;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Invalid bodies over REST.</summary>
[Collection(nameof(Executables))]
public sealed class BodyErrorTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_body_that_is_not_a_json_object_is_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        foreach (var body in new[] { "", " ", "hello", "{", "[[1,2,3,4]]", "\"x\"", "7", "null", "{}", "{\"\\ud800\":1}", "\0", "\ufeff{}", $"{subject.V1}{subject.V1}", $"{subject.V1}x" })
            foreach (var path in new[] { subject.Predict, subject.Infer }) (await subject.Server.PostAsync(path, body)).AssertError(400, "invalid_input");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_body_truncated_at_any_position_is_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        foreach (var (path, body) in new[] { (subject.Predict, subject.V1), (subject.Infer, subject.V2().ToJsonString()) })
            for (var length = 0; length < body.Length; length++) (await subject.Server.PostAsync(path, body[..length])).AssertError(400, "invalid_input");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_body_that_is_not_utf8_is_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        foreach (var path in new[] { subject.Predict, subject.Infer })
        {
            foreach (byte[] bytes in new byte[][] { [0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80] })
            {
                (await subject.Server.PostAsync(path, RunningServer.Raw([.. "{\"text\":\""u8, .. bytes, .. "\"}"u8])))
                    .AssertError(400, "invalid_input", "Unrecognized request format: the body is not valid UTF-8.");
            }
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_body_of_brackets_only_is_rejected(Executable executable)
    {
        var subject = executables.Of(executable);
        foreach (var path in new[] { subject.Predict, subject.Infer })
            (await subject.Server.PostAsync(path, "{\"instances\":" + new string('[', 1_000_000))).AssertError(400, "invalid_input");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable(false)]
    [EachExecutable(true)]
    public async Task A_body_over_the_limit_is_rejected_and_the_connection_accepts_the_next_request(Executable executable, bool chunked)
    {
        var subject = executables.Of(executable);
        var spaces = new string(' ', subject.LimitBytes + 1);
        var error = $"The request body is larger than the {subject.LimitBytes} bytes this service takes.";
        foreach (var path in new[] { subject.Predict, subject.Infer })
        {
            using var connection = await OpenAsync(subject.Server);

            await connection.SendAsync(chunked ? $"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{spaces.Length:x}\r\n{spaces}\r\n0\r\n\r\n" : Post(path, spaces));
            await connection.SendAsync(Post(subject.Predict, subject.V1));

            (await connection.ReadAsync()).AssertError(413, "payload_too_large", error);
            (await connection.ReadAsync()).AssertOk();
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable(false)]
    [EachExecutable(true)]
    public async Task A_body_at_the_limit_is_accepted(Executable executable, bool chunked)
    {
        var subject = executables.Of(executable);
        using var message = new HttpRequestMessage(HttpMethod.Post, subject.Predict) { Content = RunningServer.Raw(Encoding.UTF8.GetBytes(subject.V1.PadRight(subject.LimitBytes))) };
        message.Headers.TransferEncodingChunked = chunked;

        (await Answer.OfAsync(await subject.Server.Client.SendAsync(message))).AssertOk();
    }
}
