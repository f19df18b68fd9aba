using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using InferenceServices.Benchmarks;
using InferenceServices.Benchmarks.Mibc;

switch (args)
{
    case ["echo", var port]:
        await Echo.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        break;
    case ["hand-written", var port, var models]:
        await HandWritten.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), models);
        break;
    case ["answer", var port, var file]:
        await RecordedAnswer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), File.ReadAllBytes(file));
        break;
    case ["bodies", var directory]:
        Bodies.Write(directory);
        break;
    case ["mibc", var file, var trace]:
        MibcFile.Write(file, trace);
        break;
    case ["raw", var model, var rows, var threads]:
        RawRuntime.Run(model, int.Parse(rows, CultureInfo.InvariantCulture), int.Parse(threads, CultureInfo.InvariantCulture));
        break;
    case ["treeshap", var rounds]:
        TreeShapRows.Run(int.Parse(rounds, CultureInfo.InvariantCulture));
        break;
    case ["open", var url, var body, var rate, var seconds]:
        await OpenLoad.RunAsync(new Uri(url), File.ReadAllBytes(body), int.Parse(rate, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
        break;
    default:
        // In this process: the native library and the project's own build are already in place, and a run takes seconds.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithWarmupCount(10).WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default);
        BenchmarkSwitcher.FromAssembly(typeof(Echo).Assembly).Run(args, config);
        break;
}
