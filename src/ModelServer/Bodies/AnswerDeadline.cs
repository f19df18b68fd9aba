using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Time limit for a client to read a large answer.</summary>
internal static class AnswerDeadline
{
    /// <summary>Sends an answer. If the client does not read the answer in time, the connection is aborted.</summary>
    /// <param name="http">Context of the request.</param>
    /// <param name="timeout">Time limit.</param>
    /// <param name="send">Sends the answer; its token is cancelled at the limit and when the client disconnects.</param>
    public static async ValueTask EnforceAsync(HttpContext http, TimeSpan timeout, Func<CancellationToken, ValueTask> send)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        deadline.CancelAfter(timeout);
        try
        {
            await send(deadline.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }
}
