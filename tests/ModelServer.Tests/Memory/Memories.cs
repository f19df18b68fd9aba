using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.Memory;

internal static class Memories
{
    /// <param name="requests">Maximum number of requests; 0 for no limit.</param>
    /// <param name="bytes">Memory of all requests in bytes; 0 for the default.</param>
    public static RequestMemory Of(int requests = 0, long bytes = 0)
        => new(Options.Create(new ModelServerOptions { MaxConcurrentRequests = requests, RequestMemoryLimit = bytes }));
}
