using InferenceServices.Functional.Tests.Conformance;
using InferenceServices.Testing;
using static InferenceServices.Functional.Tests.Servers.RawConnection;

namespace InferenceServices.Functional.Tests.Connections;

/// <summary>Unusual and invalid HTTP requests: every request that can be parsed gets a 4xx, never a 5xx, and every connection gets a response.</summary>
[Collection(nameof(Executables))]
public sealed class HttpRulesTests(Executables executables)
{
    private const string Predict = "/v1/models/{model}:predict";

    // Not JSON: the error shows that the request reached the model's handler.
    private const string Body = "hello";

    // Name, request, status, and error code or null for a success.
    private static readonly (string Name, string Request, int Status, string? Code)[] Answered =
    [
        ("http 1.0", "GET / HTTP/1.0\r\n\r\n", 200, null),
        ("http 1.0 body", $"POST {Predict} HTTP/1.0\r\nContent-Length: 5\r\n\r\n{Body}", 400, "invalid_input"),
        ("bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", 200, null),
        ("empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 200, null),
        ("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200, null),
        ("method in lower case", Line("get", "/"), 200, null),
        ("unknown method", Line("BREW", "/"), 405, "method_not_allowed"),
        ("options", Line("OPTIONS", Predict), 405, "method_not_allowed"),
        ("options *", Line("OPTIONS", "*"), 405, "method_not_allowed"),
        ("trace", Line("TRACE", "/"), 405, "method_not_allowed"),
        ("connect", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", 405, "method_not_allowed"),
        ("absolute form", Line("GET", "http://x/v2/health/live"), 200, null),
        ("absolute form without path", Line("GET", "http://x"), 200, null),
        ("escaped colon", Post("/v1/models/{model}%3Apredict", Body), 400, "invalid_input"),
        ("colon escaped twice", Post("/v1/models/{model}%253Apredict", Body), 404, "model_not_found"),
        ("escaped slash", Line("GET", "/v1%2Fmodels"), 404, "not_found"),
        ("bytes that are no utf-8", Line("GET", "/v2/models/%ff%c3%28"), 404, "model_not_found"),
        ("half an escape", Line("GET", "/v2/models/a%"), 404, "model_not_found"),
        ("wrong escape", Line("GET", "/v2/models/%zz"), 404, "model_not_found"),
        ("escaped line break", Line("GET", "/v2/models/a%0d%0aX:%20b"), 404, "model_not_found"),
        ("control character", Line("GET", "/v2/models/a\u0001b"), 404, "model_not_found"),
        ("two slashes first", Line("GET", "//v1/models"), 404, "not_found"),
        ("two slashes within", Line("GET", "/v1//models"), 404, "not_found"),
        ("slash last", Line("GET", "/v1/models/{model}/"), 200, null),
        ("dots", Line("GET", "/v1/../v2/./health/live"), 200, null),
        ("escaped dots", Line("GET", "/v2/models/%2e%2e/%2e%2e/etc/passwd"), 404, "not_found"),
        ("dots above the top", Line("GET", "/../../etc/passwd"), 404, "not_found"),
        ("backslash", Line("GET", "/v1\\models"), 404, "not_found"),
        ("name of 8000 characters", Line("GET", $"/v2/models/{new string('a', 8_000)}"), 404, "model_not_found"),
        ("query of nonsense", Line("GET", "/v1/models/{model}?%00&%ff=%zz"), 200, null),
        ("body where none is read", Post("/v1/models/other:predict", Body), 404, "model_not_found"),
        ("upgrade to http 2", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n", 200, null),
        ("upgrade to web sockets", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n", 200, null),
        ("no length", Head("X: y"), 400, "invalid_input"),
        ("length of nothing", Head("Content-Length: 0"), 400, "invalid_input"),
        ("length too small", Head("Content-Length: 2") + "{}", 400, "invalid_input"),
        ("length beyond the limit", Head("Content-Length: 4611686018427387904"), 413, "payload_too_large"),
        ("length and chunks", Head("Content-Length: 5\r\nTransfer-Encoding: chunked") + "0\r\n\r\n", 400, "invalid_input"),
        ("chunks with extension and trailer", Head("Transfer-Encoding: chunked") + "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n", 400, "invalid_input"),
        ("chunk size no number", Head("Transfer-Encoding: chunked") + "zz\r\nhello\r\n0\r\n\r\n", 400, "bad_request"),
        ("chunk size negative", Head("Transfer-Encoding: chunked") + "-5\r\nhello\r\n0\r\n\r\n", 400, "bad_request"),
        ("chunk size empty", Head("Transfer-Encoding: chunked") + "\r\nhello\r\n0\r\n\r\n", 400, "bad_request"),
        ("chunk size beyond any number", Head("Transfer-Encoding: chunked") + "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", 400, "bad_request"),
        ("chunk longer than its size", Head("Transfer-Encoding: chunked") + "3\r\nhello\r\n0\r\n\r\n", 400, "bad_request"),
    ];

    // Requests that Kestrel rejects itself: a status, no body, and the connection closes.
    private static readonly (string Name, string Request, int Status)[] CutOff =
    [
        ("no http", "hello world\r\n\r\n", 400),
        ("tls", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", 400),
        ("http 0.9", "GET /\r\n", 400),
        ("http 1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        ("http 2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("host of two words", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", 400),
        ("another host in absolute form", Line("GET", "http://y/"), 400),
        ("path without slash", Line("GET", "v1/models"), 400),
        ("escaped nul", Line("GET", "/v2/models/a%00b"), 400),
        ("nul", Line("GET", "/v2/models/a\0b"), 400),
        ("path not in ascii", Line("GET", "/v2/models/\u00c3\u00a9"), 400),
        ("space in a path", Line("GET", "/v2/models/a b"), 400),
        ("path of 9000 characters", Line("GET", $"/v2/models/{new string('a', 9_000)}"), 414),
        ("header of 40000 characters", $"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', 40_000)}\r\n\r\n", 431),
        ("101 headers", $"GET / HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 101))}\r\n", 431),
        ("header without colon", Head("Content-Length"), 400),
        ("header with a space before its colon", Head("X : y"), 400),
        ("folded header", Head("X: y\r\n z"), 400),
        ("nul in a header", Head("X: a\0b"), 400),
        ("header not in ascii", Head("X: \u00ff"), 400),
        ("two lengths alike", Head("Content-Length: 5\r\nContent-Length: 5") + Body, 400),
        ("two lengths", Head("Content-Length: 5\r\nContent-Length: 3") + Body, 400),
        ("length negative", Head("Content-Length: -1"), 400),
        ("length no number", Head("Content-Length: many"), 400),
        ("length empty", Head("Content-Length:"), 400),
        ("length beyond any number", Head("Content-Length: 99999999999999999999"), 400),
        ("last coding not chunked", Head("Transfer-Encoding: chunked, gzip"), 400),
        ("http 1.0 body without length", $"POST {Predict} HTTP/1.0\r\n\r\n{Body}", 400),
    ];

    public static TheoryData<Executable, string> AnsweredNames { get; } = Names(Answered.Select(row => row.Name));

    public static TheoryData<Executable, string> CutOffNames { get; } = Names(CutOff.Select(row => row.Name));

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(AnsweredNames))]
    public async Task A_request_that_Kestrel_accepts_gets_a_json_response(Executable executable, string name)
    {
        var (_, request, status, code) = Answered.Single(row => row.Name == name);
        var subject = executables.Of(executable);
        using var connection = await OpenAsync(subject.Server);

        await connection.SendAsync(subject.At(request));
        var answer = await connection.ReadAsync();

        if (code is null) Assert.Equal((status, "application/json"), (answer.Status, answer.ContentType));
        else answer.AssertError(status, code);
        (await subject.Server.GetAsync("/v2/health/live")).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(CutOffNames))]
    public async Task A_request_that_Kestrel_rejects_gets_a_status_without_a_body_and_the_connection_closes(Executable executable, string name)
    {
        var (_, request, status) = CutOff.Single(row => row.Name == name);
        var subject = executables.Of(executable);
        using var connection = await OpenAsync(subject.Server);

        await connection.SendAsync(subject.At(request));
        var answer = await connection.ReadAsync();

        Assert.Equal((status, "", true), (answer.Status, answer.Body, answer.Headers.ConnectionClose));
        Assert.Equal("", await connection.ReadToEndAsync());
        (await subject.Server.GetAsync("/v2/health/live")).AssertOk();
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_error_names_a_request_target_that_is_not_a_path(Executable executable)
    {
        using var connection = await OpenAsync(executables.Of(executable).Server);

        await connection.SendAsync(Line("OPTIONS", "*"));

        (await connection.ReadAsync()).AssertError(405, "method_not_allowed", "* does not take OPTIONS; it takes GET, HEAD.");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable(Predict, 405)]
    [EachExecutable("/nothing", 404)]
    public async Task The_error_of_a_HEAD_request_has_no_body_and_the_connection_remains_open(Executable executable, string path, int status)
    {
        var subject = executables.Of(executable);
        using var connection = await OpenAsync(subject.Server);

        await connection.SendAsync(Line("HEAD", subject.At(path)) + Line("GET", "/"));

        Assert.Equal(status, (await connection.ReadAsync(toHead: true)).Status);
        (await connection.ReadAsync()).AssertOk();
    }

    private static string Line(string method, string target) => $"{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n";

    private static string Head(string headers) => $"POST {Predict} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n";

    private static TheoryData<Executable, string> Names(IEnumerable<string> names)
    {
        var rows = new TheoryData<Executable, string>();
        foreach (var name in names)
            foreach (var executable in Enum.GetValues<Executable>()) rows.Add(executable, name);
        return rows;
    }
}
