using InferenceServices.Http;
using InferenceServices.MediaWiki.Wikis;
using Polly;

namespace InferenceServices.MediaWiki.Client;

/// <summary>A wiki and the state that its calls share.</summary>
/// <param name="Wiki">The wiki.</param>
/// <param name="Address">Base URL, with a trailing slash.</param>
/// <param name="Budget">Retry budget.</param>
/// <param name="Pipeline">Resilience pipeline of each call.</param>
internal sealed record WikiConnection(Wiki Wiki, Uri Address, RetryBudget Budget, ResiliencePipeline Pipeline);
