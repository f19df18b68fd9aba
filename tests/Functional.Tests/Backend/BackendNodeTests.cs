using Grpc.Core;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Tensors;
using InferenceServices.Inference.Execution;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Backend;

/// <summary>ONNX's backend tests through a server: outputs equal those of ONNX Runtime bit by bit.</summary>
public sealed class BackendNodeTests(BackendFixture fixture, ITestOutputHelper output) : IClassFixture<BackendFixture>
{
    private const string Document = "docs/protocol.md";

    // An empty input to operators that are not known to be safe with one: docs/kernels.md.
    private const string Rejected = "test_sequence_model8";

    // The length of the id moves the tensors of a binary body.
    private static readonly string[] Ids = ["i", "ii", "iii"];

    [Theory(Skip = BackendCase.DataMissing, SkipUnless = nameof(BackendCase.HasData), SkipType = typeof(BackendCase))]
    [InlineData(TensorProtocol.V1)]
    [InlineData(TensorProtocol.V2Json)]
    [InlineData(TensorProtocol.V2Binary)]
    [InlineData(TensorProtocol.Grpc)]
    public async Task Outputs_equal_those_of_ONNX_Runtime(TensorProtocol protocol)
    {
        var failures = new List<string>();
        var equal = 0;
        foreach (var (backendCase, expected) in fixture.Passing)
        {
            if (!CanCarry(protocol, backendCase)) continue;
            string? failure = null;
            foreach (var id in Ids) failure ??= await FailureAsync(backendCase, expected, protocol, id);
            if (failure is null) equal++;
            else failures.Add($"{backendCase.Name}: {failure}");
        }
        output.WriteLine($"ONNX Runtime fails: {string.Join(' ', fixture.Failing)}");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.Contains($"| {protocol} | {equal} |", File.ReadAllText(Checkout.PathOf(Document)), StringComparison.Ordinal);
    }

    [Fact(Skip = BackendCase.DataMissing, SkipUnless = nameof(BackendCase.HasData), SkipType = typeof(BackendCase))]
    public void The_document_has_the_number_of_cases()
        => Assert.Contains(
            $"{fixture.Total} cases: {fixture.Passing.Count} pass in ONNX Runtime, {fixture.Failing.Count} do not, {fixture.NotCarried.Count} have sequences",
            File.ReadAllText(Checkout.PathOf(Document)).ReplaceLineEndings(" "),
            StringComparison.Ordinal);

    // Nested lists do not show the axes behind an empty one.
    private static bool CanCarry(TensorProtocol protocol, BackendCase backendCase)
        => backendCase.Name != Rejected && (protocol != TensorProtocol.V1 || backendCase.Inputs!.All(input => input.Count > 0 || input.Shape is [.., 0] || input.Shape.Length == 1));

    private async Task<string?> FailureAsync(BackendCase backendCase, WireTensor[] expected, TensorProtocol protocol, string id)
    {
        try
        {
            var outputs = await TensorClient.SendAsync(fixture.Server, backendCase.Name, backendCase.Inputs!, protocol, id, expected);
            if (outputs.Length != expected.Length) return $"{outputs.Length} outputs instead of {expected.Length}";
            var different = expected.Zip(outputs).FirstOrDefault(pair => !pair.First.IsSame(pair.Second));
            return different.First is null ? null : $"output {different.First.Name} {different.First.Datatype} [{string.Join(',', different.First.Shape)}] differs from {different.Second.Datatype} [{string.Join(',', different.Second.Shape)}]{(different.First.IsClose(different.Second) ? ", within the tolerance" : "")}, id {id}";
        }
        catch (Exception exception) when (exception is InvalidOperationException or RpcException or FormatException or KeyNotFoundException or HttpRequestException)
        {
            return exception.Message;
        }
    }
}

/// <summary>A predictor with the model of every case that ONNX Runtime passes.</summary>
public sealed class BackendFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();

    internal int Total { get; private set; }

    internal List<(BackendCase Case, WireTensor[] Outputs)> Passing { get; } = [];

    internal List<string> NotCarried { get; } = [];

    internal List<string> Failing { get; } = [];

    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!BackendCase.HasData) return;
        // Makes the locale of StringNormalizer available, as in the server.
        OnnxRuntime.Start();
        foreach (var backendCase in BackendCase.ReadAll())
        {
            Total++;
            if (backendCase.Inputs is null || backendCase.Outputs is null) NotCarried.Add(backendCase.Name);
            else if (BackendRuntime.Run(backendCase) is { } outputs && outputs.Zip(backendCase.Outputs).All(pair => pair.First.IsClose(pair.Second))) Passing.Add((backendCase, outputs));
            else Failing.Add(backendCase.Name);
        }
        foreach (var (backendCase, _) in Passing)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_models.Path, backendCase.Name)).FullName;
            File.Copy(backendCase.ModelPath, Path.Combine(folder, "model.onnx"));
        }
        Server = await PredictorServers.StartAsync(_models.Path, "--json_nonfinite=literal", "--intra_op_num_threads=1");
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        _models.Dispose();
    }
}
