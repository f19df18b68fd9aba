using Grpc.Core;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Tests.Telemetry;

public sealed class RequestRecordTests
{
    [Fact]
    public void Only_stages_that_started_have_a_time()
    {
        var record = new RequestRecord();

        record.StartStage(Stage.Preprocess);
        record.StartStage(Stage.Predict);
        record.EndStage();

        Assert.True(record[Stage.Preprocess] >= TimeSpan.Zero);
        Assert.True(record[Stage.Predict] >= TimeSpan.Zero);
        Assert.Null(record[Stage.Postprocess]);
        Assert.Null(record[Stage.Explain]);
    }

    [Fact]
    public void A_stage_that_starts_again_adds_to_its_time()
    {
        var record = new RequestRecord();
        record.StartStage(Stage.Predict);
        record.StartStage(Stage.Postprocess);
        var first = record[Stage.Predict];

        record.StartStage(Stage.Predict);
        SpinWait.SpinUntil(static () => false, millisecondsTimeout: 1);
        record.EndStage();

        Assert.True(record[Stage.Predict] > first);
    }

    [Fact]
    public void Queue_times_add_up_and_null_adds_nothing()
    {
        var record = new RequestRecord();
        record.AddQueueTime(null);
        Assert.Null(record.QueueTime);

        record.AddQueueTime(TimeSpan.FromSeconds(1));
        record.AddQueueTime(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(3), record.QueueTime);
    }

    [Fact]
    public void A_reset_record_has_no_data_of_the_previous_request()
    {
        var record = new RequestRecord { ModelName = "m", RequestId = "r", ErrorCode = "queue_full", GrpcStatus = StatusCode.Internal };
        record.StartInference(RequestProtocol.Grpc);
        record.StartStage(Stage.Explain);
        record.AddQueueTime(TimeSpan.FromSeconds(1));

        Assert.True(record.TryReset());
        record.EndStage();

        Assert.Equal(
            (RequestProtocol.None, "", "", null, null, null, null),
            (record.Protocol, record.ModelName, record.RequestId, record.ErrorCode, record.GrpcStatus, record.QueueTime, record[Stage.Explain]));
    }
}
