using InferenceServices.Client;
using InferenceServices.ModelServer.Hosting;

namespace InferenceServices.ModelServer.Tests.Hosting;

public sealed class SwitchTests
{
    [Fact]
    public void Every_property_of_the_options_is_a_switch_with_help()
    {
        var switches = Switch.Of([typeof(ModelServerOptions), typeof(PredictorClientOptions)]);

        Assert.Equal(typeof(ModelServerOptions).GetProperties().Length + typeof(PredictorClientOptions).GetProperties().Length, switches.Count);
        Assert.All(switches, known => Assert.NotEmpty(known.Help));
    }

    [Theory]
    [InlineData("http_port")]
    [InlineData("grpc_port")]
    [InlineData("enable_grpc")]
    [InlineData("grpc_max_receive_message_length")]
    [InlineData("grpc_max_send_message_length")]
    [InlineData("model_name")]
    [InlineData("predictor_host")]
    [InlineData("predictor_protocol")]
    [InlineData("predictor_use_ssl")]
    [InlineData("predictor_request_timeout_seconds")]
    [InlineData("predictor_request_retries")]
    [InlineData("enable_predictor_health_check")]
    public void The_switches_of_kserves_server_are_there(string name)
        => Assert.Contains(Switch.Of([typeof(ModelServerOptions), typeof(PredictorClientOptions)]), known => known.Name == name);

    [Fact]
    public void A_name_in_two_options_is_one_switch()
        => Assert.Equal(Switch.Of([typeof(ModelServerOptions)]), Switch.Of([typeof(ModelServerOptions), typeof(ModelServerOptions)]));
}
