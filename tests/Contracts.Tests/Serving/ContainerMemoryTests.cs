using InferenceServices.Contracts.Serving;

namespace InferenceServices.Contracts.Tests.Serving;

/// <summary>Trees of control groups as they were recorded in containers, cut to the files that are read.</summary>
public sealed class ContainerMemoryTests : IDisposable
{
    private const string Version1Mount = "30 25 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory";
    private const string Version2Mount = "30 25 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw";

    private readonly string _root = Directory.CreateTempSubdirectory("cgroup").FullName;

    public ContainerMemoryTests() => Write("proc/meminfo", "MemTotal:       16000 kB\nMemFree:  1 kB\n");

    [Fact]
    public void Without_a_group_the_limit_is_physical_memory()
        => Assert.Equal(16_384_000, new ContainerMemory(_root).LimitBytes);

    [Fact]
    public void A_group_of_version_1_has_a_limit_and_usage_without_reclaimable_cache()
    {
        Write("proc/self/cgroup", "5:devices:/\n4:memory:/kubepods/pod1\n0::/\n");
        Write("proc/self/mountinfo", Version1Mount);
        Write("sys/fs/cgroup/memory/kubepods/pod1/memory.limit_in_bytes", "4096000\n");
        Write("sys/fs/cgroup/memory/kubepods/pod1/memory.usage_in_bytes", "3000000\n");
        Write("sys/fs/cgroup/memory/kubepods/pod1/memory.stat", "cache 5\ntotal_inactive_file 1000000\n");
        Write("sys/fs/cgroup/memory/kubepods/memory.limit_in_bytes", "8000000\n");

        var memory = new ContainerMemory(_root);

        Assert.Equal((4_096_000, 2_000_000), (memory.LimitBytes, memory.ReadUsedBytes()));
    }

    [Fact]
    public void No_limit_of_version_1_is_a_large_number()
    {
        Write("proc/self/cgroup", "4:memory:/a\n");
        Write("proc/self/mountinfo", Version1Mount);
        Write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");

        Assert.Equal(16_384_000, new ContainerMemory(_root).LimitBytes);
    }

    [Fact]
    public void The_limit_of_an_ancestor_holds_if_it_is_tighter()
    {
        Write("proc/self/cgroup", "0::/kubepods/pod1/container\n");
        Write("proc/self/mountinfo", Version2Mount);
        Write("sys/fs/cgroup/kubepods/pod1/container/memory.max", "max\n");
        Write("sys/fs/cgroup/kubepods/pod1/memory.max", "5000000\n");
        Write("sys/fs/cgroup/kubepods/pod1/memory.current", "700000\n");
        Write("sys/fs/cgroup/kubepods/pod1/memory.stat", "anon 1\ninactive_file 200000\n");
        Write("sys/fs/cgroup/kubepods/memory.max", "9000000\n");

        var memory = new ContainerMemory(_root);

        Assert.Equal((5_000_000, 500_000), (memory.LimitBytes, memory.ReadUsedBytes()));
    }

    [Fact]
    public void In_a_namespace_of_its_own_the_group_is_the_root()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("proc/self/mountinfo", Version2Mount);
        Write("sys/fs/cgroup/memory.max", "6000000\n");
        Write("sys/fs/cgroup/memory.current", "1000000\n");

        var memory = new ContainerMemory(_root);

        Assert.Equal((6_000_000, 1_000_000), (memory.LimitBytes, memory.ReadUsedBytes()));
    }

    [Fact]
    public void Without_a_namespace_the_mount_begins_at_the_group()
    {
        Write("proc/self/cgroup", "4:memory:/docker/abc\n");
        Write("proc/self/mountinfo", Version1Mount.Replace("0:26 / ", "0:26 /docker/abc ", StringComparison.Ordinal));
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "7000000\n");

        Assert.Equal(7_000_000, new ContainerMemory(_root).LimitBytes);
    }

    [Fact]
    public void In_a_hybrid_hierarchy_version_1_has_the_memory_controller()
    {
        Write("proc/self/cgroup", "4:memory:/a\n0::/\n");
        Write("proc/self/mountinfo", $"{Version1Mount}\n31 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        Write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "3000000\n");
        Directory.CreateDirectory(Path.Combine(_root, "sys/fs/cgroup/unified"));

        Assert.Equal(3_000_000, new ContainerMemory(_root).LimitBytes);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string file, string content)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
