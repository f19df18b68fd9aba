using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using InferenceServices.FastText;

namespace InferenceServices.Benchmarks;

/// <summary>Tokenizes 100 characters, the limit of langid, to rows of lid.176.</summary>
public class TokenizerBenchmarks
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes("The quick brown fox jumps over the lazy dog, and the dog does not mind it at all: it has seen worse.");
    private readonly ArrayBufferWriter<long> _rows = new(1024);
    private FastTextTokenizer _tokenizer = null!;

    [GlobalSetup]
    public void Prepare() => _tokenizer = new FastTextTokenizer(FastTextVocabulary.Load(Repository.Path("artifacts/models/langid")));

    [Benchmark]
    public int Tokenize()
    {
        _rows.ResetWrittenCount();
        _tokenizer.Tokenize(_text, _rows);
        return _rows.WrittenCount;
    }
}
