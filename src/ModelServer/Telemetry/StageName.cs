namespace InferenceServices.ModelServer.Telemetry;

/// <summary>KServe's names of the stages.</summary>
internal static class StageName
{
    private static readonly string[] Names = ["preprocess", "predict", "postprocess", "explain"];

    /// <summary>Gets the number of stages.</summary>
    public static int Count => Names.Length;

    public static string Of(Stage stage) => Names[(int)stage];
}
