using Grpc.Core;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Tests.Telemetry;

public sealed class RequestMetricsTests : IDisposable
{
    private readonly TestMeters _meters = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void An_inference_is_in_flight_between_start_and_end()
    {
        var telemetry = Telemetries.Of(_meters);
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.V2);
        Assert.Equal(["request_in_flight{} 1"], _meters.Observe());

        telemetry.EndRequest(record, Telemetries.Http(200));

        Assert.Equal(["request_in_flight{} 0"], _meters.Observe());
    }

    [Fact]
    public void Requests_other_than_inferences_are_not_counted()
    {
        var telemetry = Telemetries.Of(_meters);

        telemetry.EndRequest(telemetry.StartRequest(), Telemetries.Http(200));

        Assert.Empty(_meters.Measured);
    }

    [Fact]
    public void A_failed_stage_is_measured_and_the_error_has_its_code()
    {
        var telemetry = Telemetries.Of(_meters);
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.V1);
        record.ModelName = "m";
        record.StartStage(Stage.Preprocess);
        record.ErrorCode = "invalid_input";

        telemetry.EndRequest(record, Telemetries.Http(400));

        Assert.Equal(
            ["request_preprocess{model_name=m} …", "request{model_name=m,protocol=v1,code=400} 1", "request_refused{model_name=m,reason=invalid_input} 1"],
            _meters.Measured);
    }

    [Theory]
    [InlineData(StatusCode.OK, "OK")]
    [InlineData(StatusCode.InvalidArgument, "INVALID_ARGUMENT")]
    [InlineData(StatusCode.Unauthenticated, "UNAUTHENTICATED")]
    public void A_gRPC_status_has_the_name_in_the_specification(StatusCode status, string name)
    {
        var telemetry = Telemetries.Of(_meters);
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.Grpc);
        record.GrpcStatus = status;

        telemetry.EndRequest(record, Telemetries.Http(200));

        Assert.Equal([$"request{{model_name=,protocol=grpc,code={name}}} 1"], _meters.Measured);
    }
}
