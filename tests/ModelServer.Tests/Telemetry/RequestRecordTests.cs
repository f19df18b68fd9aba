using Grpc.Core;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Tests.Telemetry;

public sealed class RequestRecordTests
{
    [Fact]
    public void Only_stages_that_were_entered_have_a_time()
    {
        var record = new RequestRecord();

        record.Enter(Stage.Preprocess);
        record.Enter(Stage.Predict);
        record.Leave();

        Assert.True(record[Stage.Preprocess] >= TimeSpan.Zero);
        Assert.True(record[Stage.Predict] >= TimeSpan.Zero);
        Assert.Null(record[Stage.Postprocess]);
        Assert.Null(record[Stage.Explain]);
    }

    [Fact]
    public void A_stage_that_comes_again_goes_on_where_it_was()
    {
        var record = new RequestRecord();
        record.Enter(Stage.Predict);
        record.Enter(Stage.Postprocess);
        var first = record[Stage.Predict];

        record.Enter(Stage.Predict);
        SpinWait.SpinUntil(static () => false, millisecondsTimeout: 1);
        record.Leave();

        Assert.True(record[Stage.Predict] > first);
    }

    [Fact]
    public void Waits_add_up_and_a_wait_nobody_knows_of_is_none()
    {
        var record = new RequestRecord();
        record.AddQueue(null);
        Assert.Null(record.Queue);

        record.AddQueue(TimeSpan.FromSeconds(1));
        record.AddQueue(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(3), record.Queue);
    }

    [Fact]
    public void Nothing_of_one_request_is_left_for_the_next()
    {
        var record = new RequestRecord { ModelName = "m", RequestId = "r", Refusal = "queue_full", GrpcStatus = StatusCode.Internal };
        record.Begin(RequestProtocol.Grpc);
        record.Enter(Stage.Explain);
        record.AddQueue(TimeSpan.FromSeconds(1));

        Assert.True(record.TryReset());
        record.Leave();

        Assert.Equal(
            (RequestProtocol.None, "", "", null, null, null, null),
            (record.Protocol, record.ModelName, record.RequestId, record.Refusal, record.GrpcStatus, record.Queue, record[Stage.Explain]));
    }
}
