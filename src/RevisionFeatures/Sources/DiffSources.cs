using InferenceServices.Wikitext.Characters;
using InferenceServices.Wikitext.Differences;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>What an edit added and removed.</summary>
internal sealed class DiffSources
{
    public DiffSources(TokenizedText parent, TokenizedText revision, CancellationToken cancellationToken)
    {
        LongestRepeatedCharAdded = 1;
        foreach (var operation in WikitextDiff.Between(parent, revision, cancellationToken))
        {
            switch (operation.Kind)
            {
                case DiffOperationKind.Insert:
                    WordsAdded += CountWords(revision, operation.RevisionStart, operation.RevisionEnd);
                    var added = revision.TextOf(operation.RevisionStart, operation.RevisionEnd).ToString();
                    LongestRepeatedCharAdded = Math.Max(LongestRepeatedCharAdded, CodePoints.LongestRun(PythonCase.Lower(added)));
                    break;
                case DiffOperationKind.Delete:
                    WordsRemoved += CountWords(parent, operation.ParentStart, operation.ParentEnd);
                    break;
            }
        }
    }

    public int WordsAdded { get; }

    public int WordsRemoved { get; }

    /// <summary>The longest run of one character in what was added, cases apart ignored; 1 when nothing was.</summary>
    public int LongestRepeatedCharAdded { get; }

    private static int CountWords(TokenizedText text, int start, int end)
    {
        var count = 0;
        for (var i = start; i < end; i++)
        {
            if (text.Tokens[i].Type == TokenType.Word) count++;
        }
        return count;
    }
}
