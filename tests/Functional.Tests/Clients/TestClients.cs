using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Other people's clients, as <c>tests/Clients/ensure</c> fetches them, and the scripts that drive them.</summary>
internal static class TestClients
{
    public static string Packages { get; } = Checkout.PathOf("artifacts/clients/node/node_modules");

    public static string Stubs { get; } = Checkout.PathOf("artifacts/clients/python");

    /// <summary>Why a test that needs node's packages cannot run; null when it can.</summary>
    public static string? NodeMissing => Directory.Exists(Packages) ? null : "node's clients are absent: run tests/Clients/ensure";

    /// <summary>Why a test that needs Debian's python cannot run; null when it can.</summary>
    public static string? PythonMissing
        => File.Exists(Path.Combine(Stubs, "inference_pb2_grpc.py")) ? null : "python's clients are absent: run tests/Clients/ensure";

    /// <summary>Why a test that needs Prometheus cannot run; null when it can.</summary>
    public static string? PrometheusMissing
        => File.Exists(PrometheusProgram("promtool")) ? null : "Prometheus is absent: run tests/Clients/ensure";

    /// <summary>Why a test that needs curl cannot run; null when it can.</summary>
    public static string? CurlMissing
        => Installed.Has("curl") ? null : "curl is not installed: run tests/Clients/ensure";

    /// <param name="name"><c>prometheus</c> or <c>promtool</c>.</param>
    public static string PrometheusProgram(string name) => Checkout.PathOf($"artifacts/clients/prometheus/{name}");

    public static string ScriptOf(string relative) => Checkout.PathOf(Path.Combine("tests/Clients", relative));
}
