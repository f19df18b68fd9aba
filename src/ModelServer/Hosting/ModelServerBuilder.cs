using Microsoft.AspNetCore.Builder;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Where every host of ours begins.</summary>
public static class ModelServerBuilder
{
    /// <summary>A builder without what a model server never uses.</summary>
    /// <returns>Configured by appsettings.json and the environment; <see cref="ModelServerBuilderExtensions.AddModelServer"/> comes next.</returns>
    public static WebApplicationBuilder Create()
        // Settings do not change under a running pod; watching their files costs a thread and part of the cold start.
        => WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
}
