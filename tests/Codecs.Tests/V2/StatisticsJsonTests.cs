using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class StatisticsJsonTests
{
    [Fact]
    public void Statistics_have_every_key_of_Triton()
    {
        var batch = new BatchStatistics(4, new(2, 20), new(2, 21), new(2, 22));
        var model = new ModelStatistics(
            "m", "7", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), 8, 2, new(2, 11), new(1, 12), new(2, 13), new(2, 20), new(2, 21), new(2, 22), [batch]);

        Assert.Equal(
            """{"model_stats":[{"name":"m","version":"7","last_inference":1700000000123,"inference_count":8,"execution_count":2"""
            + ""","inference_stats":{"success":{"count":2,"ns":11},"fail":{"count":1,"ns":12},"queue":{"count":2,"ns":13}"""
            + ""","compute_input":{"count":2,"ns":20},"compute_infer":{"count":2,"ns":21},"compute_output":{"count":2,"ns":22}"""
            + ""","cache_hit":{"count":0,"ns":0},"cache_miss":{"count":0,"ns":0}},"response_stats":{}"""
            + ""","batch_stats":[{"batch_size":4,"compute_input":{"count":2,"ns":20},"compute_infer":{"count":2,"ns":21},"compute_output":{"count":2,"ns":22}}]"""
            + ""","memory_usage":[]}]}""",
            Json.Written(writer => StatisticsJson.Write(writer, [model])));
    }

    [Fact]
    public void A_model_without_inferences_has_no_last_inference()
    {
        var model = new ModelStatistics("m", "1", null, 0, 0, default, default, default, default, default, default, []);

        Assert.Contains("\"last_inference\":0,", Json.Written(writer => StatisticsJson.Write(writer, [model])), StringComparison.Ordinal);
        Assert.Equal("""{"model_stats":[]}""", Json.Written(writer => StatisticsJson.Write(writer, [])));
    }
}
