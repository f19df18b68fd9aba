using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Around everything: a record for each request, ended when all that is known of it is written into it.</summary>
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
