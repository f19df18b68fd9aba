using System.Buffers.Binary;
using System.Text;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Runs the three executables: a predictor with every test model, langid as transformer with its predictor, langid in the explainer.</summary>
public sealed class Executables : IAsyncLifetime
{
    private const string Text = """{"text":"Some random text in any language"}""";

    private readonly PredictorFixture _models = new();
    private readonly LangIdServers _langId = new();

    /// <summary>Loads every test model.</summary>
    public RunningServer Predictor => _models.Server;

    public Subject Of(Executable executable) => executable switch
    {
        Executable.Predictor => new Subject(
            Predictor,
            "tree-ensemble",
            """{"instances":[[5.1,3.5,1.4,0.2]]}""",
            """{"name":"x","shape":[1,4],"datatype":"FP32","data":[5.1,3.5,1.4,0.2]}""",
            [.. new[] { 5.1f, 3.5f, 1.4f, 0.2f }.SelectMany(BitConverter.GetBytes)],
            PredictorFixture.PayloadLimit),
        Executable.Transformer => Service(_langId.Split),
        _ => Service(_langId.Explainer),
    };

    public async ValueTask InitializeAsync()
    {
        await _models.InitializeAsync();
        await _langId.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _langId.DisposeAsync();
        await _models.DisposeAsync();
    }

    private static Subject Service(RunningServer server)
    {
        var element = new byte[4 + Text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(element, Text.Length);
        Encoding.UTF8.GetBytes(Text, element.AsSpan(4));
        return new Subject(
            server, "langid", Text, """{"name":"input","shape":[1],"datatype":"BYTES","data":["{\"text\":\"Some random text in any language\"}"]}""", element, 4 << 20);
    }
}

/// <summary>Shares the servers among test classes; no test changes their state.</summary>
[CollectionDefinition(nameof(Executables))]
public sealed class ExecutablesShared : ICollectionFixture<Executables>;
