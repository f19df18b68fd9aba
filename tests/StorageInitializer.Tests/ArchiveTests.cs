using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>A single archive is unpacked, inside the destination and within limits.</summary>
public sealed class ArchiveTests
{
    private static readonly byte[] Model = Run.Content(70_000);

    /// <summary>A header of extended attributes declares gigabytes, or a gzip stream really has a large one.</summary>
    [Theory]
    [InlineData(2_147_483_647L, 0)]
    [InlineData(1_900_000_000L, 0)]
    [InlineData(8_589_934_591L, 0)]
    [InlineData(32_000_000L, 32_000_000)]
    public async Task A_large_header_of_a_tar_is_an_archive_failure(long declared, int content)
    {
        var tar = new byte[512 + content + 1024];
        "header"u8.CopyTo(tar);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(declared, 8).PadLeft(11, '0')).CopyTo(tar, 124);
        tar[156] = (byte)'x';
        "ustar\u000000"u8.CopyTo(tar.AsSpan(257));
        tar.AsSpan(148, 8).Fill((byte)' ');
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(tar.Take(512).Sum(value => value), 8).PadLeft(6, '0')).CopyTo(tar, 148);
        tar.AsSpan(512, content).Fill((byte)'9');
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, Gzip(tar)));
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/model.tar.gz", FailureCategory.Archive, "model.tar.gz");
    }

    [Theory]
    [InlineData("m.tar")]
    [InlineData("m.tar.gz")]
    [InlineData("m.zip")]
    [InlineData("no-suffix-at-all")]
    public async Task An_archive_is_unpacked_and_deleted(string name)
    {
        var archive = name.EndsWith(".zip", StringComparison.Ordinal) ? Zip(("a/model.onnx", Model)) : name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(Tar(("a/model.onnx", Model))) : Tar(("./a/model.onnx", Model));
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/{name}", ("a/model.onnx", Model));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("/escaped")]
    [InlineData("a\\..\\escaped")]
    [InlineData(".partial/escaped")]
    public async Task A_path_outside_the_destination_is_rejected(string name)
    {
        foreach (var archive in (byte[][])[Zip(("good.onnx", Model), (name, Model)), Tar(("good.onnx", Model), (name, Model))])
        {
            await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
            using var run = new Run();

            await run.FailsAsync($"{store.Address}/m", FailureCategory.Archive, "is invalid");

            Assert.Empty(Directory.GetFiles(run.Folder, "escaped", SearchOption.AllDirectories));
        }
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public async Task Links_and_devices_are_rejected(TarEntryType type)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, "model.onnx");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            tar.WriteEntry(entry);
        }
        await IsRejectedAsync(bytes.ToArray(), "m.tar", "only regular files and folders");
    }

    [Fact]
    public async Task A_link_in_a_zip_is_rejected()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("model.onnx");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            await using var content = await entry.OpenAsync();
            content.Write("/etc/passwd"u8);
        }
        await IsRejectedAsync(bytes.ToArray(), "m.zip", "only regular files and folders");
    }

    [Fact]
    public async Task A_decompression_bomb_is_stopped()
    {
        var archive = Gzip(Tar(("zeros", new byte[30 << 20])));
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
        using var run = new Run(("ARCHIVE_MAX_BYTES", "1000000"));

        await run.FailsAsync($"{store.Address}/m.tgz", FailureCategory.Archive, "unpacks to more than 976.6 KiB; ARCHIVE_MAX_BYTES sets the limit");
    }

    [Fact]
    public async Task An_archive_with_too_many_files_is_stopped()
    {
        var archive = Zip([.. Enumerable.Range(0, 20).Select(i => ($"{i}", Array.Empty<byte>()))]);
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
        using var run = new Run(("ARCHIVE_MAX_FILES", "19"));

        await run.FailsAsync($"{store.Address}/m.zip", FailureCategory.Archive, "more than 19 files");
    }

    [Fact]
    public async Task A_truncated_archive_is_rejected()
    {
        foreach (var archive in (byte[][])[Zip(("model.onnx", Model))[..^40], Gzip(Tar(("model.onnx", Model)))[..40_000], Tar(("model.onnx", Model))[..40_000]])
        {
            await IsRejectedAsync(archive, "m", "is corrupt");
        }
    }

    // One bit of the content differs; the structure of the archive is valid.
    [Theory]
    [InlineData("m.zip")]
    [InlineData("m.tar.gz")]
    public async Task A_flipped_bit_is_detected_by_the_checksum_of_the_archive(string name)
    {
        var archive = name == "m.zip" ? Zip(CompressionLevel.NoCompression, ("model.onnx", Model)) : Gzip(Tar(("model.onnx", Model)), CompressionLevel.NoCompression);
        archive[40_000] ^= 1;
        await IsRejectedAsync(archive, name, "is corrupt");
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public async Task A_flipped_bit_in_a_gzipped_tar_never_publishes_a_corrupt_model(CompressionLevel level)
    {
        var whole = Gzip(Tar(("1/model.onnx", Run.Content(3000)), ("labels.txt", Encoding.UTF8.GetBytes(new string('a', 2000)))), level);
        var random = new Random(1);
        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            using var run = new Run();
            var flipped = whole.ToArray();
            // Before the checksum and length at the end.
            flipped[random.Next(flipped.Length - 8)] ^= (byte)(1 << random.Next(8));
            var path = Path.Combine(run.Folder, "m.tgz");
            File.WriteAllBytes(path, flipped);

            if (await run.FetchAsync(path) == 0)
            {
                Assert.Equal(["1/model.onnx", "labels.txt"], run.Files);
                Assert.Equal(Run.Content(3000), run.Read("1/model.onnx"));
                Assert.All(run.Read("labels.txt"), letter => Assert.Equal((byte)'a', letter));
                continue;
            }
            found++;
            Assert.StartsWith("storage-initializer: archive: ", run.LastLine, StringComparison.Ordinal);
            Assert.Empty(run.Files);
        }
        // Some bits of gzip's header, as time and system, have no effect.
        Assert.InRange(found, 250, 300);
    }

    // Includes truncation between two files, where only the end marker is missing.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_truncated_tar_is_rejected(bool isGzipped)
    {
        var whole = Tar(("1", Run.Content(600)), ("2", Run.Content(600)));
        for (var left = 512; left < whole.Length - 1024; left += 512)
        {
            var archive = isGzipped ? Gzip(whole[..left]) : whole[..left];
            await IsRejectedAsync(archive, "m", "is corrupt");
        }
    }

    [Fact]
    public async Task A_tar_in_V7_format_is_unpacked()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.V7, leaveOpen: true))
            tar.WriteEntry(new V7TarEntry(TarEntryType.V7RegularFile, "model.onnx") { DataStream = new MemoryStream(Model) });
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, bytes.ToArray()));
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/old", ("model.onnx", Model));
    }

    [Theory]
    [InlineData("m.zip")]
    [InlineData("m.tar")]
    [InlineData("M.TGZ")]
    public async Task An_HTML_page_with_the_name_of_an_archive_is_rejected(string name)
    {
        await IsRejectedAsync(Encoding.UTF8.GetBytes($"<!DOCTYPE html>{new string(' ', 1000)}"), name, "its content is neither tar");
    }

    // PyTorch and TorchServe read their zip files directly.
    [Theory]
    [InlineData("model.pt")]
    [InlineData("densenet.mar")]
    public async Task A_model_format_that_is_an_archive_is_not_unpacked(string name)
    {
        var content = Zip(("a", Model));
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, content));
        using var run = new Run();

        await run.FetchesAsync($"{store.Address}/{name}", (name, content));
    }

    [Theory]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("a/b/c", "a/b")]
    public async Task A_path_that_is_both_file_and_folder_is_rejected(string first, string second)
    {
        foreach (var archive in (byte[][])[Zip((first, Model), (second, Model)), Tar((first, Model), (second, Model))])
        {
            await IsRejectedAsync(archive, "m", "with distinct paths");
        }
    }

    [Fact]
    public async Task Checksums_in_the_archive_are_verified()
    {
        var sums = Encoding.UTF8.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(Model))}  ./model.onnx\n");
        await using var store = await WebStore.StartAsync(http
            => WebStore.SendAsync(http, http.Request.Path == "/good" ? Tar(("model.onnx", Model), ("SHA256SUMS", sums)) : Tar(("model.onnx", Run.Content(70_001)), ("SHA256SUMS", sums))));
        using (var good = new Run()) await good.FetchesAsync($"{store.Address}/good", ("model.onnx", Model), ("SHA256SUMS", sums));
        using var bad = new Run();

        await bad.FailsAsync($"{store.Address}/bad", FailureCategory.Corrupt, "The SHA256 of model.onnx is");
    }

    private static async Task IsRejectedAsync(byte[] archive, string name, string sentence)
    {
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
        using var run = new Run();

        await run.FailsAsync($"{store.Address}/{name}", FailureCategory.Archive, sentence);
    }

    internal static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            foreach (var (name, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return bytes.ToArray();
    }

    internal static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, level, leaveOpen: true)) gzip.Write(content);
        return bytes.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files) => Zip(CompressionLevel.Optimal, files);

    private static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        return bytes.ToArray();
    }
}
