using System.Diagnostics.Metrics;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.Telemetry;

/// <summary>Creates telemetry without logging.</summary>
internal static class Telemetries
{
    public static RequestTelemetry Of(IMeterFactory meters)
        => new(new RequestMetrics(meters), new AccessLog(NullLogger<AccessLog>.Instance, Options.Create(new TelemetryOptions())));

    public static HttpContext Http(int status) => new DefaultHttpContext { Response = { StatusCode = status } };
}
