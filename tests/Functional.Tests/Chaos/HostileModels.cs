using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>Folders in the model repository that are not models, or models that do not end; written while the server polls and loads them.</summary>
internal sealed class HostileModels(ServerProcess server, TemporaryFolder models, ConcurrentDictionary<string, int> counts, ConcurrentQueue<string> failures)
{
    private const int Folders = 8;

    private static readonly byte[] GoodModel = File.ReadAllBytes(Path.Combine(TestModels.PathOf("iris-mlp"), "model.onnx"));

    /// <summary>Switches of the server.</summary>
    public static string[] Switches { get; } =
        ["--repository_poll_secs=1", "--exit_on_model_error=false", "--model_load_timeout_seconds=10", "--request_timeout_seconds=10", "--intra_op_num_threads=1"];

    private static (string Name, Action<string, Random> Write)[] Kinds { get; } =
    [
        ("no file", (_, _) => { }),
        ("empty file", (folder, _) => Write(folder, [])),
        ("random bytes", (folder, random) => Write(folder, RandomBytes(random))),
        ("truncated model", (folder, random) => Write(folder, GoodModel[..random.Next(GoodModel.Length)])),
        ("changed model", (folder, random) => Write(folder, Changed(random))),
        ("Git LFS pointer", (folder, _) => Write(folder, Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"))),
        ("HTML page", (folder, _) => Write(folder, Encoding.ASCII.GetBytes("<!DOCTYPE html><html><body>Sign in</body></html>"))),
        ("archive", (folder, _) => Write(folder, Zip())),
        ("directory", (folder, _) => Directory.CreateDirectory(Path.Combine(folder, "model.onnx"))),
        ("endless device", (folder, _) => File.CreateSymbolicLink(Path.Combine(folder, "model.onnx"), "/dev/zero")),
        ("link to itself", (folder, _) => File.CreateSymbolicLink(Path.Combine(folder, "model.onnx"), "model.onnx")),
        ("pipe", (folder, _) => TemporaryFolder.CreatePipe(Path.Combine(folder, "model.onnx"))),
        ("pipe of labels", (folder, _) => { Settings(folder, """{"labels":{"probabilities":"labels.txt"}}"""); TemporaryFolder.CreatePipe(Path.Combine(folder, "labels.txt")); }),
        ("device of labels", (folder, _) => { Settings(folder, """{"labels":{"probabilities":"labels.txt"}}"""); File.CreateSymbolicLink(Path.Combine(folder, "labels.txt"), "/dev/zero"); }),
        ("too many threads", (folder, _) => Settings(folder, """{"parameters":{"intra_op_num_threads":100000}}""")),
        ("too many executors", (folder, _) => Settings(folder, """{"parameters":{"executors":2147483647}}""")),
        ("broken settings", (folder, random) => { Settings(folder, "{"); File.AppendAllText(Path.Combine(folder, "model-settings.json"), Encoding.Latin1.GetString(RandomBytes(random))); }),
        ("endless warm-up", (folder, _) => Write(folder, File.ReadAllBytes(Path.Combine(TestModels.PathOf("endless"), "model.onnx")))),
        ("huge input", (folder, _) => Write(folder, File.ReadAllBytes(Path.Combine(TestModels.PathOf("huge-input"), "model.onnx")))),
        ("good model", (folder, _) => Write(folder, GoodModel)),
    ];

    public async Task RunAsync(Random random, CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var model = $"hostile-{turn % Folders}";
            var (name, write) = Kinds[random.Next(Kinds.Length)];
            var folder = models.Below(model);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            write(folder, random);
            try
            {
                var (status, body) = await PostAsync($"/v2/repository/models/{model}/load");
                counts.AddOrUpdate($"load of {name}: {status}", 1, (_, count) => count + 1);
                // 503 model_not_ready is the response to a failed load.
                if (name == "good model" ? status != 200 : status == 500) failures.Enqueue($"load of {name}: {status} {body}");
                if (random.Next(2) == 0) await PostAsync($"/v2/repository/models/{model}/unload");
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                failures.Enqueue($"load of {name}: {exception.Message}");
            }
        }
    }

    private async Task<(int Status, string Body)> PostAsync(string path)
    {
        using var response = await server.Client.PostAsync(path, content: null);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static void Write(string folder, byte[] content) => File.WriteAllBytes(Path.Combine(folder, "model.onnx"), content);

    private static void Settings(string folder, string json)
    {
        Write(folder, GoodModel);
        File.WriteAllText(Path.Combine(folder, "model-settings.json"), json);
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 4096)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Changed(Random random)
    {
        var changed = GoodModel.ToArray();
        for (var i = 0; i < 4; i++) changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }

    private static byte[] Zip()
    {
        using var target = new MemoryStream();
        using (var archive = new ZipArchive(target, ZipArchiveMode.Create)) archive.CreateEntry("archive/data.pkl");
        return target.ToArray();
    }
}
