using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Outermost middleware: starts and ends the record of each request.</summary>
internal sealed class TelemetryMiddleware(RequestDelegate next, RequestTelemetry telemetry)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var record = telemetry.StartRequest();
        http.Features.Set(record);
        try
        {
            await next(http);
        }
        finally
        {
            telemetry.EndRequest(record, http);
        }
    }
}
