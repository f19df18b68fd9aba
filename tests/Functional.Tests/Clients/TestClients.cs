using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Clients of other projects, installed by <c>tests/Clients/ensure</c>, and the scripts that run them.</summary>
internal static class TestClients
{
    public const string CurlMissing = "curl is not installed: run tests/Clients/ensure";
    public const string NodeMissing = "node's clients are absent: run tests/Clients/ensure";
    public const string NodeAndLangIdModelMissing = "node's clients or the model are absent: run tests/Clients/ensure and models/langid/prepare";
    public const string PrometheusMissing = "Prometheus is absent: run tests/Clients/ensure";
    public const string PrometheusAndLangIdModelMissing = "Prometheus or the model is absent: run tests/Clients/ensure and models/langid/prepare";
    public const string PythonMissing = "python's clients are absent: run tests/Clients/ensure";

    public static string Packages { get; } = Checkout.PathOf("artifacts/clients/node/node_modules");

    public static string Stubs { get; } = Checkout.PathOf("artifacts/clients/python");

    /// <summary>Whether the clients in Node are installed.</summary>
    public static bool HasNode => Directory.Exists(Packages);

    /// <summary>Whether the clients in Node are installed and the language identifier is prepared.</summary>
    public static bool HasNodeAndLangIdModel => HasNode && TestData.HasLangIdModel;

    /// <summary>Whether the clients in Python are installed.</summary>
    public static bool HasPython => File.Exists(Path.Combine(Stubs, "inference_pb2_grpc.py"));

    /// <summary>Whether Prometheus is installed.</summary>
    public static bool HasPrometheus => File.Exists(PrometheusProgram("promtool"));

    /// <summary>Whether Prometheus is installed and the language identifier is prepared.</summary>
    public static bool HasPrometheusAndLangIdModel => HasPrometheus && TestData.HasLangIdModel;

    /// <summary>Whether curl is installed.</summary>
    public static bool HasCurl => Installed.Has("curl");

    /// <param name="name"><c>prometheus</c> or <c>promtool</c>.</param>
    public static string PrometheusProgram(string name) => Checkout.PathOf($"artifacts/clients/prometheus/{name}");

    public static string ScriptOf(string relative) => Checkout.PathOf(Path.Combine("tests/Clients", relative));
}
