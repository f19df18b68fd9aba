using InferenceServices.Explanations.Answers;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Explanations.AspNetCore.Pages;

/// <summary>Explanations as pages that need nothing else: no script, no file, no other host. What they show is encoded by the renderer.</summary>
internal sealed class ExplanationPages(IServiceProvider services, ILoggerFactory loggers)
{
    /// <param name="answer">What to show.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>A whole HTML document.</returns>
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
