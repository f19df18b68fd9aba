using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Archives are unpacked when they are all there is, and can neither leave the destination nor fill the disk.</summary>
public sealed class ArchiveTests
{
    private static readonly byte[] Model = Run.Content(70_000);

    [Theory]
    [InlineData("m.tar")]
    [InlineData("m.tar.gz")]
    [InlineData("m.zip")]
    [InlineData("no-suffix-at-all")]
    public async Task An_archive_is_unpacked_and_gone(string name)
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
    public async Task A_name_that_reaches_out_is_refused(string name)
    {
        foreach (var archive in (byte[][])[Zip(("good.onnx", Model), (name, Model)), Tar(("good.onnx", Model), (name, Model))])
        {
            await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
            using var run = new Run();

            await run.FailsAsync($"{store.Address}/m", FailureCategory.Archive, "is refused");

            Assert.Empty(Directory.GetFiles(run.Folder, "escaped", SearchOption.AllDirectories));
        }
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public async Task Links_and_devices_are_refused(TarEntryType type)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, "model.onnx");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            tar.WriteEntry(entry);
        }
        await IsRefusedAsync(bytes.ToArray(), "m.tar", "only files and folders are unpacked");
    }

    [Fact]
    public async Task A_link_in_a_zip_is_refused()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("model.onnx");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            await using var content = await entry.OpenAsync();
            content.Write("/etc/passwd"u8);
        }
        await IsRefusedAsync(bytes.ToArray(), "m.zip", "only files and folders are unpacked");
    }

    [Fact]
    public async Task A_bomb_is_stopped_while_it_unpacks()
    {
        var archive = Gzip(Tar(("zeros", new byte[30 << 20])));
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
        using var run = new Run(("ARCHIVE_MAX_BYTES", "1000000"));

        await run.FailsAsync($"{store.Address}/m.tgz", FailureCategory.Archive, "unpacks to more than 976.6 KiB; ARCHIVE_MAX_BYTES allows more");
    }

    [Fact]
    public async Task An_archive_of_too_many_files_is_stopped()
    {
        var archive = Zip([.. Enumerable.Range(0, 20).Select(i => ($"{i}", Array.Empty<byte>()))]);
        await using var store = await WebStore.StartAsync(http => WebStore.SendAsync(http, archive));
        using var run = new Run(("ARCHIVE_MAX_FILES", "19"));

        await run.FailsAsync($"{store.Address}/m.zip", FailureCategory.Archive, "more than 19 files");
    }

    [Fact]
    public async Task A_broken_archive_is_no_model()
    {
        foreach (var archive in (byte[][])[Zip(("model.onnx", Model))[..^40], Gzip(Tar(("model.onnx", Model)))[..40_000], Tar(("model.onnx", Model))[..40_000]])
        {
            await IsRefusedAsync(archive, "m", "is broken");
        }
    }

    // One bit of what is in it is another than when it was made; what it is in still looks whole.
    [Theory]
    [InlineData("m.zip")]
    [InlineData("m.tar.gz")]
    public async Task A_bit_that_has_turned_is_found_by_the_archives_own_checksum(string name)
    {
        var archive = name == "m.zip" ? Zip(CompressionLevel.NoCompression, ("model.onnx", Model)) : Gzip(Tar(("model.onnx", Model)), CompressionLevel.NoCompression);
        archive[40_000] ^= 1;
        await IsRefusedAsync(archive, name, "is broken");
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public async Task Wherever_a_bit_turns_in_a_gzipped_tar_its_model_is_whole_or_absent(CompressionLevel level)
    {
        var whole = Gzip(Tar(("1/model.onnx", Run.Content(3000)), ("labels.txt", Encoding.UTF8.GetBytes(new string('a', 2000)))), level);
        var random = new Random(1);
        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            using var run = new Run();
            var turned = whole.ToArray();
            // Before the checksum and the length at its end.
            turned[random.Next(turned.Length - 8)] ^= (byte)(1 << random.Next(8));
            var path = Path.Combine(run.Folder, "m.tgz");
            File.WriteAllBytes(path, turned);

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
        // A bit of the time or the system in gzip's header changes nothing.
        Assert.InRange(found, 250, 300);
    }

    // Wherever it is cut, between two files as well, where what is left is a tar of fewer files but for its end.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tar_that_is_cut_is_broken(bool isGzipped)
    {
        var whole = Tar(("1", Run.Content(600)), ("2", Run.Content(600)));
        for (var left = 512; left < whole.Length - 1024; left += 512)
        {
            var archive = isGzipped ? Gzip(whole[..left]) : whole[..left];
            await IsRefusedAsync(archive, "m", "is broken");
        }
    }

    [Fact]
    public async Task A_tar_of_the_oldest_kind_is_one()
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
    public async Task A_page_under_an_archives_name_is_no_model(string name)
    {
        await IsRefusedAsync(Encoding.UTF8.GetBytes($"<!DOCTYPE html>{new string(' ', 1000)}"), name, "its bytes are neither those of a tar");
    }

    // PyTorch's and TorchServe's files are zips that their readers want whole.
    [Theory]
    [InlineData("model.pt")]
    [InlineData("densenet.mar")]
    public async Task A_models_format_that_is_an_archive_is_not_unpacked(string name)
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
    public async Task A_file_where_a_folder_is_wanted_is_refused(string first, string second)
    {
        foreach (var archive in (byte[][])[Zip((first, Model), (second, Model)), Tar((first, Model), (second, Model))])
        {
            await IsRefusedAsync(archive, "m", "each in a place of its own");
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

        await bad.FailsAsync($"{store.Address}/bad", FailureCategory.Damaged, "The SHA256 of model.onnx is");
    }

    private static async Task IsRefusedAsync(byte[] archive, string name, string sentence)
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
