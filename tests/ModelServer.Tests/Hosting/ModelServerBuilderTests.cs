using InferenceServices.Configuration;
using InferenceServices.ModelServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Tests.Hosting;

public sealed class ModelServerBuilderTests
{
    [Fact]
    public void A_switch_wins_over_port_and_port_over_the_environments_http_port()
    {
        Assert.Equal("3", PortOf(new() { ["http_port"] = "1", ["PORT"] = "2" }, "--http_port=3"));
        Assert.Equal("2", PortOf(new() { ["http_port"] = "1", ["PORT"] = "2" }));
        Assert.Equal("1", PortOf(new() { ["HTTP_PORT"] = "1" }));
    }

    [Fact]
    public void The_port_Knative_names_may_be_that_of_gRPC()
    {
        Assert.Null(PortOf(new() { ["PORT"] = "8081" }));
        Assert.Null(PortOf(new() { ["PORT"] = "9000", ["GRPC_PORT"] = "9000" }));
        Assert.Null(PortOf(new() { ["PORT"] = "9000" }, "--grpc_port=9000"));
        Assert.Equal("1", PortOf(new() { ["PORT"] = "8081", ["HTTP_PORT"] = "1" }));
        Assert.Equal("8081", PortOf(new() { ["PORT"] = "8081" }, "--grpc_port=9000"));
        Assert.Equal("8081", PortOf(new() { ["PORT"] = "8081" }, "--enable_grpc=false"));
    }

    [Fact]
    public void A_Boolean_in_the_environment_is_read_like_a_switchs()
        => Assert.Equal("false", Build(new() { ["ENABLE_DOCS_URL"] = "no" }).Configuration["enable_docs_url"]);

    [Theory]
    [InlineData("PORT", "many", "--http_port should be a whole number, got 'many'.")]
    [InlineData("HTTP_PORT", "99999999999", "--http_port should be a whole number, got '99999999999'.")]
    [InlineData("ENABLE_DOCS_URL", "perhaps", "--enable_docs_url should be true or false, got 'perhaps'.")]
    public void A_value_of_the_wrong_kind_in_the_environment_is_rejected_like_a_switchs(string name, string value, string message)
        => Assert.Equal(message, Assert.Throws<CommandLineException>(() => Build(new() { [name] = value })).Message);

    private static string? PortOf(Dictionary<string, string?> environment, params string[] args) => Build(environment, args).Configuration["http_port"];

    private static WebApplicationBuilder Build(Dictionary<string, string?> environment, params string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(environment);
        return builder.UseCommandLine(args).AddModelServer();
    }
}
