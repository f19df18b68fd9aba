using InferenceServices.Configuration;
using InferenceServices.ModelServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Tests.Hosting;

public sealed class ModelServerBuilderTests
{
    [Fact]
    public void A_switch_overrides_PORT_and_PORT_overrides_HTTP_PORT()
    {
        Assert.Equal("3", PortOf(new() { ["http_port"] = "1", ["PORT"] = "2" }, "--http_port=3"));
        Assert.Equal("2", PortOf(new() { ["http_port"] = "1", ["PORT"] = "2" }));
        Assert.Equal("1", PortOf(new() { ["HTTP_PORT"] = "1" }));
    }

    [Fact]
    public void PORT_of_Knative_can_be_the_gRPC_port()
    {
        Assert.Null(PortOf(new() { ["PORT"] = "8081" }));
        Assert.Null(PortOf(new() { ["PORT"] = "9000", ["GRPC_PORT"] = "9000" }));
        Assert.Null(PortOf(new() { ["PORT"] = "9000" }, "--grpc_port=9000"));
        Assert.Equal("1", PortOf(new() { ["PORT"] = "8081", ["HTTP_PORT"] = "1" }));
        Assert.Equal("8081", PortOf(new() { ["PORT"] = "8081" }, "--grpc_port=9000"));
        Assert.Equal("8081", PortOf(new() { ["PORT"] = "8081" }, "--enable_grpc=false"));
    }

    [Fact]
    public void A_Boolean_environment_variable_has_the_values_of_a_switch()
        => Assert.Equal("false", Build(new() { ["ENABLE_DOCS_URL"] = "no" }).Configuration["enable_docs_url"]);

    [Theory]
    [InlineData("PORT", "many", "--http_port should be a whole number, got 'many'.")]
    [InlineData("HTTP_PORT", "99999999999", "--http_port should be a whole number, got '99999999999'.")]
    [InlineData("ENABLE_DOCS_URL", "perhaps", "--enable_docs_url should be true or false, got 'perhaps'.")]
    public void An_invalid_environment_variable_has_the_same_error_as_a_switch(string name, string value, string message)
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
