using InferenceServices.RevisionFeatures.Sources;
using InferenceServices.Wikitext.Languages;

namespace InferenceServices.RevisionFeatures;

/// <summary>Inputs of features: parsed texts of a revision, each computed once on first use.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="input">Revision data.</param>
/// <param name="assets">Dictionaries and idioms.</param>
/// <param name="cancellationToken">Token to cancel long steps.</param>
public sealed class RevisionSources(RevisionInput input, LanguageAssets assets, CancellationToken cancellationToken)
{
    private readonly Dictionary<Language, LanguageSources> _languages = [];

    internal CancellationToken CancellationToken { get; } = cancellationToken;

    internal RevisionInput Input { get; } = input;

    internal LanguageAssets Assets { get; } = assets;

    internal TextSources Revision { get; } = new(input.Text, cancellationToken);

    internal TextSources Parent { get; } = new(input.ParentText, cancellationToken);

    internal DistinctTokens DistinctTokens => field ??= new DistinctTokens(Revision.Tokens, Parent.Tokens);

    internal DistinctWords DistinctWords => field ??= new DistinctWords(DistinctTokens);

    internal DiffSources Diff => field ??= new DiffSources(Parent.Tokens, Revision.Tokens, CancellationToken);

    internal IReadOnlyList<string> Idioms => field ??= Assets.Idioms.Matches(Revision.Text, CancellationToken);

    /// <summary>Returns the sources of a language.</summary>
    internal LanguageSources Of(Language language)
    {
        if (!_languages.TryGetValue(language, out var sources)) _languages[language] = sources = new LanguageSources(language, this);
        return sources;
    }
}
