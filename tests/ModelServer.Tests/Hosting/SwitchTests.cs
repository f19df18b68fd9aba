using InferenceServices.Client;
using InferenceServices.Configuration;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.ModelServer.Tests.Hosting;

public sealed class SwitchTests
{
    [Fact]
    public void Every_property_of_the_options_is_a_switch_with_help()
    {
        AssertComplete<ModelServerOptions>();
        AssertComplete<PredictorClientOptions>();
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
    public void The_switches_of_KServes_server_are_accepted(string name)
        => Assert.Contains(ModelServerBuilder.Create([]).AddModelServer().AddPredictorClient().GetSwitches().Switches, known => known.Name == name);

    [Fact]
    public void Two_options_with_one_name_share_a_switch()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSwitches<ModelServerOptions>();
        var once = builder.GetSwitches().Switches.ToArray();

        builder.AddSwitches<ModelServerOptions>();

        Assert.Equal(once, builder.GetSwitches().Switches);
    }

    private static void AssertComplete<T>()
        where T : class, ISwitchOptions<T>
    {
        Assert.Equal(typeof(T).GetProperties().Length, T.Switches.Count);
        Assert.All(T.Switches, known => Assert.NotEmpty(known.Help));
    }
}
