using System.IO.Compression;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Files that are made to harm a program that reads pickles. Each ends with one sentence and without output.</summary>
public sealed class HostilePickleTests : IDisposable
{
    private static readonly Dictionary<string, (Func<byte[]> File, string Sentence)> Files = new()
    {
        ["a call of os.system"] = (() => PickleBuilder.Protocol(0).Class("os", "system").Op('(').Text("touch /tmp/pwned").Op('t').Op('R').Stop(), "it has a os.system in place of"),
        ["a call of eval by a name on the stack"] = (() => PickleBuilder.Protocol().Text("builtins").Text("eval").Op(0x93).Text("1").Op(0x85).Op('R').Stop(), "it has a builtins.eval in place of"),
        ["a call of the result of a call"] = (() => PickleBuilder.Protocol().Class("builtins", "getattr").Op(')').Op('R').Op(')').Op('R').Stop(), "a call of an object of builtins.getattr"),
        ["os.system as estimator"] = (() => PickledBoosting.Model(pickle => pickle.Class("os", "system").Text("id").Op(0x85).Op('R')), "its estimator is a os.system"),
        ["os.system as tree"] = (() => PickledBoosting.Model(pickle => PickledBoosting.Estimator(pickle, tree => tree.Class("os", "system").Text("id").Op(0x85).Op('R'))), "should be a decision tree, got a os.system"),
        ["os.system as feature"] = (() => PickledBoosting.Model(null, feature => feature.Class("os", "system").Text("id").Op(0x85).Op('R')), "features[0] should be a feature of revscoring, got a os.system"),
        ["open marks"] = (() => PickleBuilder.Protocol().Repeat((byte)'(', 100_000).Stop(), "more than 1000 open marks"),
        ["nested tuples"] = (() => PickleBuilder.Protocol().Op('N').Repeat(0x85, 200_000).Stop(), "it has a tuple in place of"),
        ["nested tuples in info"] = (() => PickledBoosting.Model(PickledBoosting.Estimator, info: info => info.Op('N').Repeat(0x85, 100_000)), "info is deeper than 32"),
        ["a large frame"] = (() => PickleBuilder.Protocol().Op(0x95).Int64(long.MaxValue).Op('N').Stop(), "it is truncated: 9223372036854775807 bytes are expected"),
        ["a negative frame"] = (() => PickleBuilder.Protocol().Op(0x95).Int64(-1).Op('N').Stop(), "it is truncated: 18446744073709551615 bytes are expected"),
        ["large bytes"] = (() => PickleBuilder.Protocol().Op(0x8e).Int64(1L << 40).Stop(), "it is truncated: 1099511627776 bytes are expected"),
        ["a negative text"] = (() => PickleBuilder.Protocol().Op('X').Int32(-1).Stop(), "it is truncated: 4294967295 bytes are expected"),
        ["a large integer"] = (() => PickleBuilder.Protocol().Op(0x8b).Int32(500).Op(new byte[500]).Stop(), "an integer has 500 bytes"),
        ["memo entries"] = (() => PickleBuilder.Protocol().Op('N').Repeat(0x94, 3_000_000).Stop(), "need more than 128 MiB of memory"),
        ["a memo entry of a large number"] = (() => PickleBuilder.Protocol().Op('N').Op('r').Int32(-1).Stop(), "it has None in place of"),
        ["an absent memo entry"] = (() => PickleBuilder.Protocol().Op('h').Op(7).Stop(), "memo entry 7, which does not exist"),
        ["tuples that double forty times"] = (() => PickledBoosting.Model(PickledBoosting.Estimator, info: info => Double(info, 40)), "info is deeper than 32"),
        ["tuples that double thirty times"] = (() => PickledBoosting.Model(PickledBoosting.Estimator, info: info => Double(info, 30)), "info has more than 200000 values"),
        ["a list in itself"] = (() => PickleBuilder.Protocol().Op(']').Op(0x94).Op('h').Op(0).Op('a').Stop(), "it has a list in place of"),
        ["a list in itself in info"] = (() => PickledBoosting.Model(PickledBoosting.Estimator, info: info => info.Op(']').Op('q').Op(9).Op('h').Op(9).Op('a')), "info is deeper than 32"),
        ["a pipeline in itself"] = (() => PickleBuilder.Protocol().Class("sklearn.pipeline", "Pipeline").Op((byte)')', 0x81).Op(0x94).Op('}').Op('(')
            .Text("steps").Op(']').Text("x").Op('h').Op(0).Op(0x86).Op('a').EndState().Stop(), "more than 8 pipelines inside of each other"),
        ["a buffer outside of the file"] = (() => PickleBuilder.Protocol(5).Op(0x97).Stop(), "refers to a buffer outside of the file"),
        ["a persistent id"] = (() => PickleBuilder.Protocol().Text("id").Op('Q').Stop(), "is a persistent id"),
        ["an extension code"] = (() => PickleBuilder.Protocol().Op(0x82, 1).Stop(), "is an extension code"),
        ["an old-style class"] = (() => PickleBuilder.Protocol(0).Op('(').Op('i').Stop(), "is an object of an old-style class"),
        ["an unknown operation"] = (() => PickleBuilder.Protocol().Op(0xff).Stop(), "byte 2 is 0xff, which is not an operation"),
        ["values on the stack"] = (() => PickleBuilder.Protocol().Repeat((byte)'N', 1_100_000).Stop(), "more than 1000000 values on the stack"),
        ["empty lists"] = (() => PickleBuilder.Protocol().Op(']').Op('(').Repeat((byte)']', 900_000).Op('e').Op('(').Repeat((byte)']', 900_000).Op('e').Stop(), "need more than 128 MiB of memory"),
        ["empty dicts in a list"] = (() => PickleBuilder.Protocol().Op(']').Op(0x94).Op([.. Enumerable.Repeat("}a"u8.ToArray(), 1_500_000).SelectMany(pair => pair)]).Stop(), "need more than 128 MiB of memory"),
        ["no value"] = (() => PickleBuilder.Protocol().Stop(), "an operation without a value"),
        ["a value below the mark"] = (() => PickleBuilder.Protocol().Op('N').Op('(').Op(0x85).Stop(), "an operation without a value"),
        ["an end without a mark"] = (() => PickleBuilder.Protocol().Op('t').Stop(), "an operation without a mark"),
        ["items for a tuple"] = (() => PickleBuilder.Protocol().Op(')').Op('N').Op('a').Stop(), "items for a Tuple"),
        ["a key without a value"] = (() => PickleBuilder.Protocol().Op('}').Op('(').Op('N').Op('u').Stop(), "a key without a value"),
        ["state for a number"] = (() => PickleBuilder.Protocol().Integer(1).Op('}').Op('b').Stop(), "state for a number"),
        ["a later protocol"] = (() => PickleBuilder.Protocol(99).Op('N').Stop(), "its protocol is 99; 0 to 5 are known"),
        ["a text that is not UTF-8"] = (() => PickleBuilder.Protocol().Op((byte)0x8c, 1, 0xff).Stop(), "a text that is not UTF-8"),
        ["control characters in a class"] = (() => PickleBuilder.Protocol().Class("os\u001b[2J", "system").Stop(), "a class with control characters in its name"),
        ["a long name"] = (() => PickleBuilder.Protocol().Class(new string('a', 5_000), "b").Stop(), "has 5000 bytes; 1000 are the most"),
        ["an endless line"] = (() => PickleBuilder.Protocol().Op('I').Op(new byte[5_000]).ToArray(), "does not end"),
        ["an array of too many elements"] = (() => PickledBoosting.Model(pickle => pickle.Object("sklearn.ensemble._gb", "GradientBoostingClassifier").Text("classes_").Array("f8", int.MaxValue).EndState()), "should be an integer of 0 to"),
        ["an array without its data"] = (() => PickledBoosting.Model(pickle => pickle.Object("sklearn.ensemble._gb", "GradientBoostingClassifier").Text("classes_").Array("f8", 1_000_000_000).EndState()), "should have 1000000000 elements of 8 bytes, got 0 bytes"),
        ["elements of a megabyte"] = (() => PickledBoosting.Model(pickle => pickle.Object("sklearn.ensemble._gb", "GradientBoostingClassifier").Text("classes_").Array("U9999999", 1).EndState()), "which is not known"),
        ["an array of joblib without its data"] = (() => PickleBuilder.Protocol().Object("joblib.numpy_pickle", "NumpyArrayWrapper").Text("shape").Integer(1 << 28).Op(0x85)
            .Text("dtype").Class("numpy", "dtype").Text("f8").Op(0x89, 0x88, 0x87).Op('R').EndState().Stop(), "it is truncated: 2147483648 bytes are expected"),
        ["arrays of joblib inside of each other"] = (() => Enumerable.Repeat(Wrapper(), 20).SelectMany(bytes => bytes).ToArray(), "more than 8 pickles inside of each other"),
        ["eighty million zeros"] = (() => Compress(new byte[80_000_000]), "bytes when decompressed; 100 times the compressed size is the most"),
        ["damaged gzip"] = (() => Compress(new byte[1_000])[..^9], "gzip data is damaged or truncated"),
        ["damaged bzip2"] = (() => [.. "BZh9"u8, .. new byte[50]], "bzip2 data is damaged or truncated"),
        ["damaged xz"] = (() => [0xfd, .. "7zXZ"u8, 0, .. new byte[50]], "xz data is damaged or truncated"),
        ["lz4"] = (() => [0x04, 0x22, 0x4d, 0x18, 0, 0], "it is compressed with lz4"),
        ["an empty file"] = (() => [], "it is empty"),
        ["a text file"] = (() => "version https://git-lfs.github.com/spec/v1\n"u8.ToArray(), "which is not an operation of a pickle"),
    };

    private readonly TemporaryFolder _directory = new();

    public static TheoryData<string, string> Cases => [.. Files.Keys.SelectMany(name => new[] { "revscoring", "sklearn" }.Select(kind => new TheoryDataRow<string, string>(name, kind)))];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hostile_file_ends_with_one_sentence(string name, string kind)
    {
        var (file, sentence) = Files[name];
        var path = _directory.Write("model.bin", file());
        using var error = new StringWriter();

        Assert.Equal(1, IsvcProgram.Run(["convert", kind, path, "--output", _directory.Below("out")], TextWriter.Null, error));

        Assert.StartsWith($"isvc: {path} ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(character => character == '\n'));
        Assert.DoesNotContain('\u001b', error.ToString());
        // The other command rejects the class of the object.
        if (kind == (name == "a pipeline in itself" ? "sklearn" : "revscoring")) Assert.Contains(sentence, error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.Below("out")));
    }

    [Fact]
    public void The_model_of_these_tests_is_converted_without_the_hostile_part()
    {
        using var error = new StringWriter();

        Assert.Equal(0, IsvcProgram.Run(["convert", "revscoring", _directory.Write("model.bin", PickledBoosting.Model(PickledBoosting.Estimator)), "--output", _directory.Below("out")], TextWriter.Null, error));

        Assert.Equal(["false", "true"], File.ReadAllLines(Path.Combine(_directory.Below("out"), "labels.txt")));
        Assert.Contains("does not know 1 of 1 features and does not start with this model: feature.x", error.ToString(), StringComparison.Ordinal);
    }

    private static void Double(PickleBuilder pickle, int times)
    {
        pickle.Op('N');
        for (var time = 0; time < times; time++) pickle.Op((byte)'2', 0x86);
    }

    // The start of an array of objects, whose pickle follows.
    private static byte[] Wrapper() => PickleBuilder.Protocol().Object("joblib.numpy_pickle", "NumpyArrayWrapper").Text("shape").Integer(1).Op(0x85)
        .Text("dtype").Class("numpy", "dtype").Text("O8").Op(0x89, 0x88, 0x87).Op('R').EndState().ToArray();

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}
