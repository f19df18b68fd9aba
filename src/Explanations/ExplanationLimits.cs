namespace InferenceServices.Explanations;

/// <summary>Limits for the explanation of one request.</summary>
public sealed record ExplanationLimits
{
    /// <summary>Milliseconds for all explanations of a request. When the time is up, the best estimate so far is returned. The default value is 2000.</summary>
    public int DeadlineMs { get; init; } = 2_000;

    /// <summary>Maximum number of coalitions that are evaluated for one explanation. The default value is 65536.</summary>
    public int Samples { get; init; } = 65_536;

    /// <summary>Maximum number of rows in one call of the predictor. The default value is 4096.</summary>
    public int RowsPerCall { get; init; } = 4_096;

    /// <summary>Maximum number of parts of a text that is explained. The default value is 1024. Work grows with the square of this number.</summary>
    public int TextParts { get; init; } = 1_024;

    /// <summary>Maximum number of rows that are explained. The default value is 1000.</summary>
    public int Rows { get; init; } = 1_000;
}
