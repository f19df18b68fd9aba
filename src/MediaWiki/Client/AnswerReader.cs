namespace InferenceServices.MediaWiki.Client;

/// <summary>Reads what a wiki answered.</summary>
/// <param name="answer">Its status and body; valid only during the call.</param>
/// <returns>What it says, or what is wrong.</returns>
internal delegate MediaWikiResult<T> AnswerReader<T>(Answer answer)
    where T : notnull;
