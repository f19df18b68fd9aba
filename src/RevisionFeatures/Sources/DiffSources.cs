using InferenceServices.Wikitext.Characters;
using InferenceServices.Wikitext.Differences;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Added and removed text of an edit.</summary>
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

    /// <summary>Length of the longest run of one character in the added text, case-insensitive; 1 without added text.</summary>
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
