using InferenceServices.Explanations.Answers;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Explanations.AspNetCore.Pages;

/// <summary>Renders explanations as self-contained HTML pages without scripts or external resources. The renderer encodes all values.</summary>
internal sealed class ExplanationPages(IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>Renders a page.</summary>
    /// <param name="answer">Explanations to render.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>A complete HTML document.</returns>
    public async ValueTask<string> RenderAsync(ExplanationAnswer answer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var page = await renderer.RenderComponentAsync<ExplanationPage>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ExplanationPage.Answer)] = answer }));
            return page.ToHtmlString();
        });
        return "<!DOCTYPE html>\n" + html;
    }
}
