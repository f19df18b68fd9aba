using System.Globalization;
using System.Text.RegularExpressions;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>A control group with a memory limit, of version 1 or 2.</summary>
internal sealed partial class MemoryGroup : IDisposable
{
    private const string Version1 = "/sys/fs/cgroup/memory";
    private const string Version2 = "/sys/fs/cgroup";

    private readonly string _folder;
    private readonly bool _isVersion1;

    private MemoryGroup(string folder, bool isVersion1) => (_folder, _isVersion1) = (folder, isVersion1);

    /// <summary>File to which a process writes its identifier to join the group.</summary>
    public string Processes => Path.Combine(_folder, "cgroup.procs");

    /// <summary>Creates a group.</summary>
    /// <param name="mebibytes">Limit.</param>
    /// <param name="reason">Why the machine has no group, if the result is null.</param>
    public static MemoryGroup? TryCreate(int mebibytes, out string reason)
    {
        var isVersion1 = File.Exists(Path.Combine(Version1, "memory.limit_in_bytes"));
        var folder = Path.Combine(isVersion1 ? Version1 : Version2, $"inference-services-test-{Guid.NewGuid():N}");
        reason = "";
        try
        {
            Directory.CreateDirectory(folder);
            // Exists only where the parent delegates the controller.
            var limit = Path.Combine(folder, isVersion1 ? "memory.limit_in_bytes" : "memory.max");
            if (!File.Exists(limit)) throw new IOException($"{limit} does not exist.");
            File.WriteAllText(limit, ((long)mebibytes << 20).ToString(CultureInfo.InvariantCulture));
            return new MemoryGroup(folder, isVersion1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = $"No memory control group can be created: {exception.Message}";
            if (Directory.Exists(folder)) Directory.Delete(folder);
            return null;
        }
    }

    /// <summary>Reads the number of processes that the kernel has killed.</summary>
    public int ReadKills()
        => int.Parse(
            Kills().Match(File.ReadAllText(Path.Combine(_folder, _isVersion1 ? "memory.oom_control" : "memory.events"))).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Deletes the group, whose processes have ended.</summary>
    public void Dispose()
    {
        var guard = DateTime.UtcNow + Servers.RunningServer.Guard;
        while (true)
        {
            try
            {
                Directory.Delete(_folder);
                return;
            }
            // The kernel removes an ended process some time after its exit.
            catch (IOException) when (DateTime.UtcNow < guard)
            {
                Thread.Yield();
            }
        }
    }

    [GeneratedRegex(@"^oom_kill (\d+)", RegexOptions.Multiline)]
    private static partial Regex Kills();
}
