using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Tests.Telemetry;

public sealed class MetricsEndpointTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/json", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;version=\"1.0.0\"", true)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("text/plain;q=0.9,application/openmetrics-text;q=0.5", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,*/*;q=0.2", true)]
    [InlineData("application/openmetrics-text;version=;;;,,q=x", false)]
    public void OpenMetrics_is_sent_only_to_clients_that_prefer_it(string? accept, bool expected)
    {
        var http = new DefaultHttpContext();
        if (accept is not null) http.Request.Headers.Accept = accept;

        Assert.Equal(expected, MetricsEndpoint.AcceptsOpenMetrics(http.Request.Headers));
    }
}
