using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using InferenceServices.Explanations.AspNetCore.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Explanations.AspNetCore;

/// <summary>Adds explanations to a host.</summary>
public static class ExplanationBuilderExtensions
{
    /// <summary>Adds the host's <see cref="IExplainer"/> and its <see cref="ExplainerOptions"/>. The host needs an <see cref="ITransformer"/>, an <see cref="IPredictor"/> and a <see cref="ServedModel"/>.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddExplanations<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSwitchOptions<ExplainerOptions>().ValidateOnStart();
        builder.Services.AddSingleton<ExplanationPages>();
        builder.Services.AddSingleton<IExplainer, ModelExplainer>();
        return builder;
    }
}
