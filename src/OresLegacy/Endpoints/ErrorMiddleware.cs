namespace InferenceServices.OresLegacy.Endpoints;

/// <summary>Rejects callbacks on all paths, converts exceptions to responses, and adds a body to the 404 and 405 of routing.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            if (http.Request.Query["callback"] is [.., { Length: > 0 }]) throw OresException.Callback();
            await next(http);
            if (http.Response is { HasStarted: false, ContentLength: null, ContentType: null })
            {
                if (http.Response.StatusCode == StatusCodes.Status404NotFound) throw OresException.Of(StatusCodes.Status404NotFound, "Not Found");
                if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed) throw OresException.Of(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
            }
        }
        catch (OresException exception)
        {
            await SendAsync(http, exception);
        }
        // The client has disconnected.
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException exception)
        {
            await SendAsync(http, OresException.Of(exception.StatusCode, exception.Message));
        }
        // Unexpected exception: logged once with its details, which the response does not contain.
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            Log.RequestFailed(logger, http.Request.Path, exception);
            await SendAsync(http, OresException.Of(StatusCodes.Status500InternalServerError, "Internal Server Error"));
        }
    }

    private static Task SendAsync(HttpContext http, OresException exception)
    {
        http.Response.StatusCode = exception.StatusCode;
        return http.SendJsonAsync(exception.Body);
    }
}
