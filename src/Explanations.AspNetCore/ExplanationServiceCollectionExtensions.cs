using InferenceServices.Contracts.Serving;
using InferenceServices.Explanations.AspNetCore.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace InferenceServices.Explanations.AspNetCore;

/// <summary>Adds explanations to a host.</summary>
public static class ExplanationServiceCollectionExtensions
{
    /// <summary>Adds the host's <see cref="IExplainer"/> and its <see cref="ExplainerOptions"/>. The host needs an <see cref="ITransformer"/>, an <see cref="IPredictor"/> and a <see cref="ServedModel"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddExplanations(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ExplainerOptions>().BindConfiguration("").ValidateDataAnnotations();
        services.AddSingleton<ExplanationPages>();
        services.AddSingleton<IExplainer, ModelExplainer>();
        return services;
    }
}
