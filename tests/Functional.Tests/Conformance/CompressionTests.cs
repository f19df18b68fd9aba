using System.IO.Compression;
using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>gzip and deflate of requests and responses.</summary>
[Collection(nameof(Executables))]
public sealed class CompressionTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("gzip")]
    [EachExecutable("deflate")]
    public async Task A_compressed_request_gets_the_same_response_as_an_uncompressed_one(Executable executable, string coding)
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
    public async Task A_long_response_is_compressed_if_the_client_accepts_it_and_a_short_one_is_not(Executable executable, string coding)
    {
        var subject = executables.Of(executable);
        var request = subject.V2(100);
        request["id"] = "7";

        using var coded = await PostCompressedAsync(subject, subject.Infer, request.ToJsonString(), coding);
        using var plain = await PostCompressedAsync(subject, subject.Predict, subject.V1, coding);

        Assert.Equal([coding], coded.Content.Headers.ContentEncoding);
        Assert.Equal((await subject.InferAsync(request)).AssertOk().Body, await DecodedAsync(coded, coding));
        Assert.Empty(plain.Content.Headers.ContentEncoding);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_json_length_counts_uncompressed_bytes(Executable executable)
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
    public async Task Uncompressed_truncated_and_otherwise_compressed_bodies_are_rejected(Executable executable, string coding)
    {
        var subject = executables.Of(executable);
        var good = Coded(subject.V1, coding);

        (await PostAsync(subject, subject.Predict, coding, Encoding.UTF8.GetBytes(subject.V1))).AssertError(
            400, "invalid_input", $"The request body is incomplete, has bytes behind its end or does not match its Content-Encoding: '{coding}'.");
        for (var length = 0; length < good.Length / 2; length++) (await PostAsync(subject, subject.Predict, coding, good[..length])).AssertError(400, "invalid_input");
        (await PostAsync(subject, subject.Predict, "br", good)).AssertError(415, "unsupported_content_coding", "Content-Encoding should be gzip or deflate, got 'br'.");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("gzip")]
    [EachExecutable("deflate")]
    public async Task A_body_that_exceeds_the_limit_after_decompression_is_413(Executable executable, string coding)
    {
        var subject = executables.Of(executable);

        (await PostAsync(subject, subject.Predict, coding, Coded(new string(' ', subject.LimitBytes + 1), coding))).AssertError(413, "payload_too_large");
        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
    }

    private static async Task<Answer> PostAsync(Subject subject, string path, string coding, byte[] body)
    {
        using var content = RunningServer.Raw(body);
        content.Headers.ContentEncoding.Add(coding);
        return await subject.Server.PostAsync(path, content);
    }

    private static async Task<HttpResponseMessage> PostCompressedAsync(Subject subject, string path, string body, string coding)
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
