using BenchmarkDotNet.Attributes;
using InferenceServices.Explanations.Attribution.TreeShap;

namespace InferenceServices.Benchmarks;

/// <summary>TreeSHAP of a model of 700 trees of depth 5, one row at a time, on one thread.</summary>
public class TreeShapBenchmarks
{
    private const int BackgroundRows = 100;

    private readonly double[] _attributions = new double[TreeShapRows.Features];
    private readonly double[] _interactions = new double[TreeShapRows.Features * TreeShapRows.Features];
    private readonly double[] _margins = new double[1];
    private readonly float[][] _rows = TreeShapRows.Read();
    private TreeShapModel _pathDependent = null!;
    private TreeShapModel _interventional = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _pathDependent = TreeShapRows.Load();
        _interventional = _pathDependent.WithBackground(_rows.Take(BackgroundRows).SelectMany(row => row).ToArray());
    }

    [Benchmark(OperationsPerInvoke = 200)]
    public void PathDependent()
    {
        foreach (var row in _rows) _pathDependent.Attribute(row, _attributions);
    }

    [Benchmark(OperationsPerInvoke = 200)]
    public void Interventional()
    {
        foreach (var row in _rows) _interventional.Attribute(row, _attributions);
    }

    [Benchmark]
    public void Interactions() => _pathDependent.Interactions(_rows[0], _interactions);

    [Benchmark(OperationsPerInvoke = 200)]
    public void Margins()
    {
        foreach (var row in _rows) _pathDependent.Margins(row, _margins);
    }

    [Benchmark]
    public object Load() => TreeShapRows.Load();
}
