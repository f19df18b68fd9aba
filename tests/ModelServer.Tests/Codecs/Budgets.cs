using InferenceServices.ModelServer.Codecs;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.Codecs;

internal static class Budgets
{
    /// <param name="requests">Most requests; 0 for no limit.</param>
    /// <param name="memoryBytes">For all their bodies; 0 for the default.</param>
    public static RequestBudget Of(int requests = 0, long memoryBytes = 0)
        => new(Options.Create(new ModelServerOptions { MaxConcurrentRequests = requests, RequestMemoryLimit = memoryBytes }));
}
