using Grpc.Core;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>A request stream that ends at shutdown: messages that were read get a response, no more are read.</summary>
internal sealed class StoppableStream<T>(IAsyncStreamReader<T> stream, CancellationToken stopping) : IAsyncStreamReader<T>
{
    public T Current => stream.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            return await stream.MoveNext(either.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw CallInterceptor.CreateError(StatusCode.Unavailable, "The server is shutting down.", "model_not_ready");
        }
    }
}
