using InferenceServices.MediaWiki.Wikis;
using Polly;

namespace InferenceServices.MediaWiki.Client;

/// <summary>A wiki, and what its calls share.</summary>
/// <param name="Wiki">Which.</param>
/// <param name="Address">Where it is reached, with a slash at the end.</param>
/// <param name="Budget">Of retries.</param>
/// <param name="Pipeline">Each call goes through it.</param>
internal sealed record Upstream(Wiki Wiki, Uri Address, RetryBudget Budget, ResiliencePipeline Pipeline);
