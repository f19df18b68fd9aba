using System.IO.Compression;
using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>gzip and deflate, both ways.</summary>
[Collection(nameof(Executables))]
public sealed class CompressionTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("gzip")]
    [EachExecutable("deflate")]
    public async Task A_compressed_request_is_answered_as_any(Executable executable, string coding)
    {
        var subject = executables.Of(executable);
        var request = subject.V2(100);
        request["id"] = "7";

        (await PostAsync(subject, subject.Predict, coding, Coded(subject.V1, coding))).AssertOk((await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk().Body);
        (await PostAsync(subject, subject.Infer, coding, Coded(request.ToJsonString(), coding))).AssertOk((await subject.InferAsync(request)).AssertOk().Body);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("gzip")]
    [EachExecutable("deflate")]
    public async Task A_long_answer_is_compressed_for_who_reads_it_and_a_short_one_is_not(Executable executable, string coding)
    {
        var subject = executables.Of(executable);
        var request = subject.V2(100);
        request["id"] = "7";

        using var coded = await AskAsync(subject, subject.Infer, request.ToJsonString(), coding);
        using var plain = await AskAsync(subject, subject.Predict, subject.V1, coding);

        Assert.Equal([coding], coded.Content.Headers.ContentEncoding);
        Assert.Equal((await subject.InferAsync(request)).AssertOk().Body, await DecodedAsync(coded, coding));
        Assert.Empty(plain.Content.Headers.ContentEncoding);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_length_of_json_counts_what_was_compressed(Executable executable)
    {
        var subject = executables.Of(executable);
        var json = Encoding.UTF8.GetBytes(subject.BinaryV2().ToJsonString());
        using var message = BinaryAnswer.Message(subject.Infer, [], Coded([.. json, .. subject.InputBytes], "gzip"), $"{json.Length}");
        message.Content!.Headers.ContentEncoding.Add("gzip");

        (await Answer.OfAsync(await subject.Server.Client.SendAsync(message))).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("gzip")]
    [EachExecutable("deflate")]
    public async Task What_is_not_compressed_cut_short_or_compressed_otherwise_is_refused(Executable executable, string coding)
    {
        var subject = executables.Of(executable);
        var good = Coded(subject.V1, coding);

        (await PostAsync(subject, subject.Predict, coding, Encoding.UTF8.GetBytes(subject.V1))).AssertRefused(
            400, "invalid_input", $"The request body is not what its Content-Encoding says: '{coding}'.");
        for (var length = 0; length < good.Length / 2; length++) (await PostAsync(subject, subject.Predict, coding, good[..length])).AssertRefused(400, "invalid_input");
        (await PostAsync(subject, subject.Predict, "br", good)).AssertRefused(400, "invalid_input", "Content-Encoding should be gzip or deflate, got 'br'");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("gzip")]
    [EachExecutable("deflate")]
    public async Task What_grows_beyond_the_limit_is_too_large(Executable executable, string coding)
    {
        var subject = executables.Of(executable);

        (await PostAsync(subject, subject.Predict, coding, Coded(new string(' ', subject.LimitBytes + 1), coding))).AssertRefused(413, "payload_too_large");
        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
    }

    private static async Task<Answer> PostAsync(Subject subject, string path, string coding, byte[] body)
    {
        using var content = RunningServer.Raw(body);
        content.Headers.ContentEncoding.Add(coding);
        return await subject.Server.PostAsync(path, content);
    }

    private static async Task<HttpResponseMessage> AskAsync(Subject subject, string path, string body, string coding)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(body) };
        message.Headers.AcceptEncoding.ParseAdd(coding);
        return await subject.Server.Client.SendAsync(message);
    }

    private static byte[] Coded(string text, string coding) => Coded(Encoding.UTF8.GetBytes(text), coding);

    private static byte[] Coded(byte[] bytes, string coding)
    {
        var target = new MemoryStream();
        using (Stream encoder = coding == "gzip" ? new GZipStream(target, CompressionLevel.Fastest) : new ZLibStream(target, CompressionLevel.Fastest)) encoder.Write(bytes);
        return target.ToArray();
    }

    private static async Task<string> DecodedAsync(HttpResponseMessage response, string coding)
    {
        var body = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(coding == "gzip" ? new GZipStream(body, CompressionMode.Decompress) : new ZLibStream(body, CompressionMode.Decompress));
        return await reader.ReadToEndAsync();
    }
}
