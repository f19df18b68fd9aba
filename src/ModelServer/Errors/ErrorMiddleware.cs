using System.Globalization;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Grpc;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelServer.Errors;

/// <summary>Converts exceptions to error responses, and adds a body to the 404 and 405 of routing.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ModelCatalog models, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            RequestRecord.FromContext(http).RequestId = RequestId.Set(http);
            // While the server drains, clients must not reuse connections, which are about to close.
            if (models.IsDraining) CloseConnection(http);
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }) SendStatus(http);
        }
        catch (InferenceException exception)
        {
            SendError(http, exception);
        }
        catch (OutOfMemoryException exception)
        {
            SendError(http, new OutOfMemoryRequestException(exception));
        }
        // Kestrel throws the latter for a chunk size that overflows.
        catch (IOException exception) when (exception is BadHttpRequestException or { InnerException: OverflowException })
        {
            var status = (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            // The rest of the body would be read as the next request.
            if (status == StatusCodes.Status408RequestTimeout) CloseConnection(http);
            SendUnreadable(http, status);
        }
        // The connection may break before the request is cancelled.
        catch (Exception exception) when (http.RequestAborted.IsCancellationRequested || exception is ConnectionResetException or ConnectionAbortedException)
        {
            // The client has disconnected.
            if (!http.Response.HasStarted) http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            http.Abort();
        }
        // Unexpected exception: logged once with its details, which the response does not contain.
        catch (Exception exception)
        {
            Log.RequestFailed(logger, http.Request.Path, StatusCodes.Status500InternalServerError, exception);
            Send(http, StatusCodes.Status500InternalServerError, new ErrorJson("The server failed on this request.", "internal_error"));
        }
    }

    private void SendError(HttpContext http, InferenceException exception)
    {
        if (exception.ShouldLog) Log.RequestFailed(logger, http.Request.Path, exception.StatusCode, exception);
        // The memory of the connection is released too.
        if (exception is OutOfMemoryRequestException) CloseConnection(http);
        Send(http, exception.StatusCode, new ErrorJson(exception.Message, exception.Code), exception.RetryAfter);
    }

    // HTTP/2 has GOAWAY instead.
    private static void CloseConnection(HttpContext http)
    {
        if (!http.Response.HasStarted && !HttpProtocol.IsHttp2(http.Request.Protocol)) http.Response.Headers.Connection = "close";
    }

    private static void SendUnreadable(HttpContext http, int status)
        => Send(http, status, status == StatusCodes.Status408RequestTimeout
            ? new ErrorJson("The request body arrived too slowly.", "request_body_timeout")
            : new ErrorJson("The request body could not be read: it ended early or broke the rules of HTTP.", "bad_request"));

    private static void SendStatus(HttpContext http)
    {
        var status = http.Response.StatusCode;
        if (status == StatusCodes.Status404NotFound && UnknownMethod.IsCalled(http.Request))
        {
            UnknownMethod.Reject(http);
            return;
        }
        // The target of OPTIONS may be "*", which is not a path.
        var target = http.Request.Path.HasValue ? http.Request.Path.Value : http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = ShortText.Of(target);
        var problem = status switch
        {
            StatusCodes.Status404NotFound => new ErrorJson($"There is nothing at {path}.", "not_found"),
            StatusCodes.Status405MethodNotAllowed => new ErrorJson(
                $"{path} does not take {ShortText.Of(http.Request.Method)}; it takes {http.Response.Headers.Allow}.", "method_not_allowed"),
            StatusCodes.Status415UnsupportedMediaType or StatusCodes.Status426UpgradeRequired => new ErrorJson(
                $"{path} takes gRPC, which is application/grpc over HTTP/2; got '{ShortText.Of(http.Request.ContentType ?? "")}' over {http.Request.Protocol}.", "bad_request"),
            _ => new ErrorJson($"The request was answered with status {status}.", "bad_request"),
        };
        Send(http, status, problem);
    }

    private static void Send(HttpContext http, int statusCode, ErrorJson problem, TimeSpan? retryAfter = null)
    {
        RequestRecord.FromContext(http).ErrorCode = problem.Code;
        if (http.Response.HasStarted)
        {
            // The response has started: aborted, so that the client detects the truncation.
            http.Abort();
            return;
        }
        var headers = http.Response.Headers;
        var (requestId, allow, connection) = (headers[RequestId.Header], headers.Allow, headers.Connection);
        http.Response.Clear();
        (headers[RequestId.Header], headers.Allow, headers.Connection) = (requestId, allow, connection);
        http.Response.StatusCode = statusCode;
        if (retryAfter is { } wait) http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (!HttpMethods.IsHead(http.Request.Method)) JsonBody.Send(http.Response, problem, ErrorJson.Write);
    }
}
