using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.Tests.Errors;

public sealed class InferenceExceptionTests
{
    private static readonly Exception Cause = new InvalidOperationException("secret of the runtime");

    private static readonly (InferenceException Exception, int Status, string Code)[] Exceptions =
    [
        (new InvalidInputException("x"), 400, "invalid_input"),
        (new EventForbiddenException("x"), 403, "event_forbidden"),
        (new ModelNotFoundException("m"), 404, "model_not_found"),
        (new ModelNotFoundException("m", "2"), 404, "model_not_found"),
        (new PayloadTooLargeException(10), 413, "payload_too_large"),
        (new UnsupportedContentCodingException("br"), 415, "unsupported_content_coding"),
        (new UnscorableInputException("x"), 422, "unscorable_input"),
        (new QueueFullException("m", 1, TimeSpan.FromSeconds(1)), 429, "queue_full"),
        (ServerBusyException.WithRequests(1), 429, "server_busy"),
        (ServerBusyException.WithMemory("request bodies", 1), 429, "server_busy"),
        (ServerBusyException.WithContainer(1, 2, 3), 429, "server_busy"),
        (PayloadTooLargeException.ForMemory(2, 1, "request bodies"), 413, "payload_too_large"),
        (PayloadTooLargeException.ForMessage(2, 1, "--grpc_max_receive_message_length"), 413, "payload_too_large"),
        (new OutOfMemoryRequestException(new InvalidOperationException()), 503, "out_of_memory"),
        (new ModelFailedException("m", Cause), 500, "model_failed"),
        (UpstreamException.Failed("x"), 502, "upstream_failed"),
        (UpstreamException.Unavailable("x", TimeSpan.FromSeconds(1)), 503, "upstream_unavailable"),
        (UpstreamException.TimedOut("x"), 504, "upstream_timeout"),
        (new NotSupportedByModelException("x"), 501, "not_implemented"),
        (PredictorException.Unreachable("h", Cause), 502, "predictor_unreachable"),
        (PredictorException.TlsFailed("h", Cause), 502, "predictor_unreachable"),
        (PredictorException.CircuitOpen("h", TimeSpan.FromSeconds(1)), 503, "predictor_unreachable"),
        (PredictorException.ConnectionLost("h", Cause), 502, "predictor_failed"),
        (PredictorException.Unreadable("h", Cause), 502, "predictor_failed"),
        (PredictorException.TooLarge("h", 10), 502, "predictor_failed"),
        (PredictorException.Rejected(500, "x", null), 502, "predictor_failed"),
        (PredictorException.Rejected(418, "x", null), 418, "predictor_refused"),
        (PredictorException.Rejected(503, "x", null), 503, "predictor_refused"),
        (PredictorException.DeadlineExceeded("x"), 504, "predictor_timeout"),
        (new ModelNotReadyException("m"), 503, "model_not_ready"),
        (PredictorException.TimedOut("h", TimeSpan.FromSeconds(1.5)), 504, "predictor_timeout"),
        (new RequestTimeoutException(TimeSpan.FromSeconds(1)), 504, "request_timeout"),
    ];

    public static TheoryData<int> Numbers { get; } = [.. Enumerable.Range(0, Exceptions.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Each_exception_has_its_status_and_code(int number)
    {
        var (exception, status, code) = Exceptions[number];

        Assert.Equal(status, exception.StatusCode);
        Assert.Equal(code, exception.Code);
    }

    [Fact]
    public void Every_exception_type_is_in_the_table()
    {
        var types = typeof(InferenceException).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(InferenceException)));

        Assert.Equal(types.Select(type => type.Name).Order(), Exceptions.Select(row => row.Exception.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void No_message_contains_the_message_of_the_inner_exception()
        => Assert.All(Exceptions, row => Assert.DoesNotContain("secret", row.Exception.Message, StringComparison.Ordinal));

    [Fact]
    public void Server_errors_are_logged_and_client_errors_are_not()
        => Assert.Equal(
            ["model_failed", "out_of_memory", "predictor_failed", "predictor_timeout", "predictor_unreachable", "upstream_failed", "upstream_timeout"],
            Exceptions.Where(row => row.Exception.ShouldLog).Select(row => row.Code).Distinct().Order());

    [Fact]
    public void Messages_have_names_and_numbers()
    {
        Assert.Equal("Model with name m does not exist.", new ModelNotFoundException("m").Message);
        Assert.Equal("Model with name m and version 2 does not exist.", new ModelNotFoundException("m", "2").Message);
        Assert.Equal("Model with name m is not ready.", new ModelNotReadyException("m").Message);
        Assert.Equal("The request body is larger than the 10 bytes this service takes.", new PayloadTooLargeException(10).Message);
        Assert.Equal("The request timed out after 0.0005 s.", new RequestTimeoutException(TimeSpan.FromMicroseconds(500)).Message);
        Assert.Equal("The predictor at h did not answer within 1.5 s.", PredictorException.TimedOut("h", TimeSpan.FromSeconds(1.5)).Message);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(429)]
    [InlineData(503)]
    public void A_client_error_of_the_predictor_is_forwarded(int status)
    {
        var error = PredictorException.Rejected(status, "why", TimeSpan.FromSeconds(3));

        Assert.Equal((status, "why", TimeSpan.FromSeconds(3)), (error.StatusCode, error.Message, error.RetryAfter));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(500)]
    [InlineData(502)]
    public void Any_other_status_of_the_predictor_is_502(int status)
    {
        var error = PredictorException.Rejected(status, "why", null);

        Assert.Equal((502, $"The predictor answered {status}: why"), (error.StatusCode, error.Message));
    }

    [Fact]
    public void Only_transient_errors_have_a_retry_delay()
        => Assert.Equal(
            ["out_of_memory", "predictor_unreachable", "queue_full", "server_busy", "upstream_unavailable"],
            Exceptions.Where(row => row.Exception.RetryAfter is not null).Select(row => row.Code).Distinct().Order());

    [Fact]
    public void A_failed_start_has_exit_code_1() => Assert.Equal(1, new StartException("x").ExitCode);
}
