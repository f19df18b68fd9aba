using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.Bodies;

internal static class Limiters
{
    /// <param name="requests">Maximum number of requests; 0 for no limit.</param>
    /// <param name="memoryBytes">Maximum memory of all bodies in bytes; 0 for the default.</param>
    public static RequestLimiter Of(int requests = 0, long memoryBytes = 0)
        => new(Options.Create(new ModelServerOptions { MaxConcurrentRequests = requests, RequestMemoryLimit = memoryBytes }));
}
