using InferenceServices.ModelTools.Convert.Pickles;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Reads damaged files: each is converted or rejected with a sentence. PICKLE_FUZZ_SECONDS runs longer, with new damage.</summary>
public sealed class PickleFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 1_500;

    private static readonly string Fixtures = Checkout.PathOf(Path.Combine("tests", "ModelTools.Tests", "fixtures", "sklearn"));
    private static readonly byte[] Operations = [.. Enum.GetValues<PickleOpcode>().Select(operation => (byte)operation)];

    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_damaged_file_is_converted_or_rejected()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("PICKLE_FUZZ_SECONDS"), out var given) ? given : 0;
        var seed = seconds == 0 ? 7 : Environment.TickCount;
        var random = new Random(seed);
        var files = Directory.GetFiles(Fixtures, "*.model").Order(StringComparer.Ordinal).Select(path => (Path: path, Bytes: PickleFile.Read(path).ToArray())).ToArray();
        var (started, rejected, rounds) = (TimeProvider.System.GetTimestamp(), 0, 0);
        for (; seconds == 0 ? rounds < Rounds : TimeProvider.System.GetElapsedTime(started).TotalSeconds < seconds; rounds++)
        {
            var (path, bytes) = files[random.Next(files.Length)];
            var kind = path.Contains("-rev-", StringComparison.Ordinal) ? "revscoring" : "sklearn";
            using var error = new StringWriter();
            var code = IsvcProgram.Run(["convert", kind, _directory.Write("model.bin", Damage(bytes, random)), "--output", _directory.Below("out")], TextWriter.Null, error);
            if (code == 0) continue;
            rejected++;
            Assert.StartsWith("isvc: ", error.ToString(), StringComparison.Ordinal);
            Assert.Equal(1, error.ToString().Count(character => character == '\n'));
        }
        output.WriteLine($"seed {seed}: {rounds} files, {rejected} rejected");
        Assert.InRange(rejected, rounds / 4, rounds);
    }

    [Theory]
    [InlineData("v1.2-gb-number.model", "gzip")]
    [InlineData("v1.2-forest-number.model", "zlib")]
    [InlineData("v1.2-extra-text.model", "bzip2")]
    [InlineData("v1.2-pipeline-forest.model", "xz")]
    public void Damaged_compressed_data_is_rejected(string name, string compression)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Fixtures, name));
        var random = new Random(3);
        var named = 0;
        for (var round = 0; round < 1_000; round++)
        {
            var damaged = round % 2 == 0 ? bytes[..random.Next(6, bytes.Length)] : bytes.ToArray();
            for (var change = round % 4; change > 0; change--) damaged[random.Next(6, damaged.Length)] = (byte)random.Next(256);
            try
            {
                PickleFile.Read(_directory.Write("model.bin", damaged));
            }
            catch (PickleException exception)
            {
                Assert.Equal($"its {compression} data is damaged or truncated", exception.Message);
                named++;
            }
        }
        Assert.InRange(named, 500, 1_000);
    }

    [Theory]
    [InlineData("v1.2-gb-binary.model", "sklearn")]
    [InlineData("v1.2-forest-binary.model", "sklearn")]
    [InlineData("v1.2-rev-damaging.model", "revscoring")]
    [InlineData("v1.2-logistic-several.model", "sklearn")]
    public void A_truncated_file_is_rejected(string name, string kind)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Fixtures, name));
        for (var length = 0; length < bytes.Length; length += 1 + bytes.Length / 300)
        {
            using var error = new StringWriter();

            Assert.Equal(1, IsvcProgram.Run(["convert", kind, _directory.Write("model.bin", bytes[..length]), "--output", _directory.Below("out")], TextWriter.Null, error));

            Assert.Matches("it is (truncated|empty)", error.ToString());
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(damaged.Length);
            switch (random.Next(5))
            {
                case 0: damaged[at] = (byte)random.Next(256); break;
                case 1: damaged[at] = Operations[random.Next(Operations.Length)]; break;
                case 2: damaged[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: damaged = [.. damaged[..at], Operations[random.Next(Operations.Length)], .. damaged[at..]]; break;
                // A part of the file again at another place.
                default:
                    var from = random.Next(damaged.Length);
                    var length = Math.Min(random.Next(1, 200), damaged.Length - Math.Max(from, at));
                    damaged.AsSpan(from, length).ToArray().CopyTo(damaged.AsSpan(at));
                    break;
            }
        }
        return damaged;
    }
}
