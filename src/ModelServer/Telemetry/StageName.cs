namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Stages by the names KServe has for them.</summary>
internal static class StageName
{
    private static readonly string[] Names = ["preprocess", "predict", "postprocess", "explain"];

    /// <summary>How many there are.</summary>
    public static int Count => Names.Length;

    public static string Of(Stage stage) => Names[(int)stage];
}
