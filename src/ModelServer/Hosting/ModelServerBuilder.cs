using InferenceServices.Configuration;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Creates the builder of a model server.</summary>
public static class ModelServerBuilder
{
    /// <summary>Creates a slim builder that reads appsettings.json, environment variables and a command line.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>A builder; <see cref="ModelServerBuilderExtensions.AddModelServer"/> comes next.</returns>
    public static WebApplicationBuilder Create(IReadOnlyList<string> args)
        // Settings do not change under a running pod; watching their files costs a thread and part of the cold start.
        => WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]).UseCommandLine(args);
}
