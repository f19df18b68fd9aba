using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BenchmarkDotNet.Attributes;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.EventGate;
using InferenceServices.MediaWiki;
using InferenceServices.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Benchmarks;

/// <summary>Measures the outlink service for a page of 500 links, without sockets and model: the wiki's recorded response is returned immediately.</summary>
public class OutlinkTopicBenchmarks : IDisposable
{
    private const string Name = "outlink-topic-model";

    private readonly byte[] _body = Encoding.UTF8.GetBytes("""{"lang":"en","page_id":5}""");
    private ServiceProvider _services = null!;
    private ITransformer _transformer = null!;
    private InferResponse _response = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var directory = Repository.Path("artifacts/models/" + Name);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.AddMediaWiki().AddEventGate();
        builder.Services.AddSingleton<HttpMessageHandler>(new Recorded(Answer()));
        _services = builder.Services.BuildServiceProvider();
        var transformer = InferenceServiceCatalog.Find(Name).Transformer.ImplementationType!;
        _transformer = (ITransformer)ActivatorUtilities.CreateInstance(_services, transformer, new ServedModel(Name, directory, "1"));
        var labels = File.ReadAllLines(Path.Combine(directory, "labels.txt")).Length;
        _response = new InferResponse
        {
            ModelName = Name,
            Outputs = [new InferOutput("probabilities", Tensor.Of<float>(Datatype.Fp32, new Shape(1, labels), new float[labels]))],
        };
    }

    [Benchmark]
    public async Task<int> PageOf500Links()
    {
        var request = new PredictRequest(Name, _body, "benchmark");
        var transformation = _transformer.Read(request);
        using var tensors = await transformation.PreprocessAsync(CancellationToken.None);
        using var answer = transformation.Postprocess(_response);
        return tensors.Inputs.Count;
    }

    public void Dispose()
    {
        _response.Dispose();
        _services.Dispose();
        GC.SuppressFinalize(this);
    }

    // Format of generator=links; every other page is in the vocabulary of the model.
    private static byte[] Answer()
    {
        var pages = Enumerable.Range(1, 500).Select(page =>
            $$$"""{"pageid":{{{1000 + page}}},"ns":0,"title":"Article number {{{page}}}","pageprops":{"wikibase_item":"Q{{{(page % 2 == 1 ? 100 + page : 1_000_000 + page)}}}"}}""");
        return Encoding.UTF8.GetBytes($$$$"""{"batchcomplete":true,"query":{"pages":[{{{{string.Join(',', pages)}}}}]}}""");
    }

    private sealed class Recorded(byte[] answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(answer);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
