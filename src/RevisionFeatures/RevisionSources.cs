using InferenceServices.RevisionFeatures.Sources;

namespace InferenceServices.RevisionFeatures;

/// <summary>Inputs of features: parsed texts of a revision, each computed once on first use.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="input">Revision data.</param>
/// <param name="english">Dictionary and idioms.</param>
/// <param name="cancellationToken">Token to cancel long steps.</param>
public sealed class RevisionSources(RevisionInput input, EnglishAssets english, CancellationToken cancellationToken)
{
    internal CancellationToken CancellationToken { get; } = cancellationToken;

    internal RevisionInput Input { get; } = input;

    internal EnglishAssets English { get; } = english;

    internal TextSources Revision { get; } = new(input.Text, cancellationToken);

    internal TextSources Parent { get; } = new(input.ParentText, cancellationToken);

    internal DistinctTokens DistinctTokens => field ??= new DistinctTokens(Revision.Tokens, Parent.Tokens);

    internal DistinctWords DistinctWords => field ??= new DistinctWords(DistinctTokens, English);

    internal DiffSources Diff => field ??= new DiffSources(Parent.Tokens, Revision.Tokens, CancellationToken);

    internal CountDelta Badwords => _badwords ??= MatchDelta.Between(Parent.Badwords, Revision.Badwords);

    internal CountDelta Informals => _informals ??= MatchDelta.Between(Parent.Informals, Revision.Informals);

    internal IReadOnlyList<string> Idioms => field ??= English.Idioms.Matches(Revision.Text, CancellationToken);

    private CountDelta? _badwords;
    private CountDelta? _informals;
}
