using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.Tests.Errors;

public sealed class InferenceExceptionTests
{
    private static readonly Exception Cause = new InvalidOperationException("secret of the runtime");

    private static readonly (InferenceException Refusal, int Status, string Code)[] Refusals =
    [
        (new InvalidInputException("x"), 400, "invalid_input"),
        (new ModelNotFoundException("m"), 404, "model_not_found"),
        (new ModelNotFoundException("m", "2"), 404, "model_not_found"),
        (new PayloadTooLargeException(10), 413, "payload_too_large"),
        (new UnscorableInputException("x"), 422, "unscorable_input"),
        (new QueueFullException("m", 1, TimeSpan.FromSeconds(1)), 429, "queue_full"),
        (ServerBusyException.WithRequests(1), 429, "server_busy"),
        (ServerBusyException.WithMemory(1), 429, "server_busy"),
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
        (PredictorException.Refused(500, "x", null), 502, "predictor_failed"),
        (PredictorException.Refused(418, "x", null), 418, "predictor_refused"),
        (PredictorException.Refused(503, "x", null), 503, "predictor_refused"),
        (PredictorException.DeadlineExceeded("x"), 504, "predictor_timeout"),
        (new ModelNotReadyException("m"), 503, "model_not_ready"),
        (PredictorException.TimedOut("h", TimeSpan.FromSeconds(1.5)), 504, "predictor_timeout"),
        (new RequestTimeoutException(TimeSpan.FromSeconds(1)), 504, "request_timeout"),
    ];

    public static TheoryData<int> Numbers { get; } = [.. Enumerable.Range(0, Refusals.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Each_refusal_has_its_status_and_code(int number)
    {
        var (refusal, status, code) = Refusals[number];

        Assert.Equal(status, refusal.StatusCode);
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Every_type_of_refusal_is_in_the_table()
    {
        var types = typeof(InferenceException).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(InferenceException)));

        Assert.Equal(types.Select(type => type.Name).Order(), Refusals.Select(row => row.Refusal.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void No_refusal_tells_what_its_cause_said()
        => Assert.All(Refusals, row => Assert.DoesNotContain("secret", row.Refusal.Message, StringComparison.Ordinal));

    [Fact]
    public void What_servers_do_wrong_is_for_their_operator_and_what_callers_do_is_not()
        => Assert.Equal(
            ["model_failed", "predictor_failed", "predictor_timeout", "predictor_unreachable", "upstream_failed", "upstream_timeout"],
            Refusals.Where(row => row.Refusal.ShouldLog).Select(row => row.Code).Distinct().Order());

    [Fact]
    public void Names_and_numbers_are_in_the_sentence()
    {
        Assert.Equal("Model with name m does not exist.", new ModelNotFoundException("m").Message);
        Assert.Equal("Model with name m and version 2 does not exist.", new ModelNotFoundException("m", "2").Message);
        Assert.Equal("Model with name m is not ready.", new ModelNotReadyException("m").Message);
        Assert.Equal("The request body is larger than the 10 bytes this service takes.", new PayloadTooLargeException(10).Message);
        Assert.Equal("The request was not answered within 0.0005 s and was given up.", new RequestTimeoutException(TimeSpan.FromMicroseconds(500)).Message);
        Assert.Equal("The predictor at h did not answer within 1.5 s.", PredictorException.TimedOut("h", TimeSpan.FromSeconds(1.5)).Message);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(429)]
    [InlineData(503)]
    public void What_a_predictor_refuses_is_passed_on(int status)
    {
        var refusal = PredictorException.Refused(status, "why", TimeSpan.FromSeconds(3));

        Assert.Equal((status, "why", TimeSpan.FromSeconds(3)), (refusal.StatusCode, refusal.Message, refusal.RetryAfter));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(500)]
    [InlineData(502)]
    public void Any_other_answer_of_a_predictor_is_a_bad_gateway(int status)
    {
        var refusal = PredictorException.Refused(status, "why", null);

        Assert.Equal((502, $"The predictor answered {status}: why"), (refusal.StatusCode, refusal.Message));
    }

    [Fact]
    public void Only_what_passes_by_itself_says_when_to_come_back()
        => Assert.Equal(
            ["predictor_unreachable", "queue_full", "server_busy", "upstream_unavailable"],
            Refusals.Where(row => row.Refusal.RetryAfter is not null).Select(row => row.Code).Distinct().Order());

    [Fact]
    public void A_failed_start_exits_with_one() => Assert.Equal(1, new StartException("x").ExitCode);
}
