using System.Globalization;

namespace InferenceServices.Contracts.Serving;

/// <summary>
/// Memory limit and memory in use of the container, from the control group of the process and its ancestors (version 1 or 2); without a limit, physical
/// memory and resident memory of the process.
/// </summary>
internal sealed class ContainerMemory
{
    // Version 1 writes the largest multiple of a page for "no limit".
    private const long Unlimited = long.MaxValue / 2;

    // For code, connections, and what no estimate covers.
    private const long LeastReserve = 32 << 20;
    private const int ReserveDivisor = 10;

    private readonly string _root;
    private readonly string? _group;
    private readonly bool _isVersion1;

    /// <summary>Reads the limit.</summary>
    /// <param name="root">Folder with <c>proc</c> and <c>sys</c>; another one in tests.</param>
    public ContainerMemory(string root = "/")
    {
        _root = root;
        LimitBytes = ReadMeminfo("MemTotal:");
        foreach (var (mount, group, isVersion1) in FindGroups())
        {
            // The tightest limit of the group and its ancestors holds.
            for (var folder = group; folder.Length >= mount.Length; folder = Path.GetDirectoryName(folder) ?? "")
            {
                if (ReadNumber(folder, isVersion1 ? "memory.limit_in_bytes" : "memory.max") is not { } limit || limit >= LimitBytes) continue;
                (LimitBytes, _group, _isVersion1) = (limit, folder, isVersion1);
            }
        }
    }

    /// <summary>Gets the limit in bytes.</summary>
    public long LimitBytes { get; }

    /// <summary>Reads the memory in use, without the file cache that the kernel can reclaim.</summary>
    /// <returns>Bytes.</returns>
    public long ReadUsedBytes()
    {
        if (_group is null) return Environment.WorkingSet;
        var used = ReadNumber(_group, _isVersion1 ? "memory.usage_in_bytes" : "memory.current") ?? Environment.WorkingSet;
        return Math.Max(0, used - (ReadField(Path.Combine(_group, "memory.stat"), _isVersion1 ? "total_inactive_file " : "inactive_file ") ?? 0));
    }

    /// <summary>Reads the memory that is left for requests: the limit without the memory in use and a reserve.</summary>
    /// <returns>Bytes; negative if the reserve is in use.</returns>
    public long ReadAvailableBytes() => LimitBytes - ReadUsedBytes() - Math.Max(LeastReserve, LimitBytes / ReserveDivisor);

    private IEnumerable<(string Mount, string Group, bool IsVersion1)> FindGroups()
    {
        foreach (var line in ReadLines("proc/self/cgroup"))
        {
            // 4:memory:/path in version 1, 0::/path in version 2.
            var fields = line.Split(':', 3);
            if (fields.Length < 3) continue;
            var isVersion1 = fields[1].Split(',').Contains("memory");
            if (!isVersion1 && (fields[0] != "0" || fields[1].Length > 0)) continue;
            if (FindMount(isVersion1) is not var (mount, mountedPath)) continue;
            // In a container the mount may begin at the group, whose path is that on the host.
            var path = mountedPath != "/" && fields[2].StartsWith(mountedPath, StringComparison.Ordinal) ? fields[2][mountedPath.Length..] : fields[2];
            var group = (mount + "/" + path.Trim('/')).TrimEnd('/');
            yield return (mount, Directory.Exists(group) ? group : mount, isVersion1);
        }
    }

    // 36 35 98:0 /path-in-the-file-system /mount-point options - type source super-options
    private (string Mount, string Path)? FindMount(bool isVersion1)
    {
        foreach (var line in ReadLines("proc/self/mountinfo"))
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length < 2) continue;
            var (mount, type) = (halves[0].Split(' '), halves[1].Split(' '));
            if (mount.Length < 5 || type.Length < 3) continue;
            if (isVersion1 ? type[0] == "cgroup" && type[2].Split(',').Contains("memory") : type[0] == "cgroup2")
                return (Path.Combine(_root, mount[4].TrimStart('/')), mount[3]);
        }
        return null;
    }

    private long ReadMeminfo(string name)
        => ReadField(Path.Combine(_root, "proc/meminfo"), name) is { } kilobytes ? kilobytes * 1024 : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private IEnumerable<string> ReadLines(string file)
    {
        var path = Path.Combine(_root, file);
        return File.Exists(path) ? File.ReadLines(path) : [];
    }

    private static long? ReadField(string path, string name)
    {
        if (!File.Exists(path)) return null;
        foreach (var line in File.ReadLines(path))
            if (line.StartsWith(name, StringComparison.Ordinal)) return ParseNumber(line[name.Length..].Replace("kB", "", StringComparison.Ordinal));
        return null;
    }

    private static long? ReadNumber(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) && ParseNumber(File.ReadAllText(path)) is { } number and < Unlimited ? number : null;
    }

    // "max" in version 2 is not a number.
    private static long? ParseNumber(string text) => long.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;
}
