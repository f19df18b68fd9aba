using System.Globalization;
using System.Text;
using InferenceServices.Functional.Tests.Tensors;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.RealModels;

/// <summary>PaddleOCR's text detector and recognizer: images of any size.</summary>
[Collection(nameof(RealModelsFixture))]
public sealed class PpOcrTests(RealModelsFixture fixture)
{
    private const string Text = "Inference 2026";

    [Theory(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    [InlineData(TensorProtocol.V1)]
    [InlineData(TensorProtocol.V2Json)]
    [InlineData(TensorProtocol.V2Binary)]
    [InlineData(TensorProtocol.Grpc)]
    public async Task A_rendered_line_is_read(TensorProtocol protocol)
    {
        var (width, height, pixels) = ReadImage("line.pgm");
        WireTensor[] expected = [WireTensor.Of("softmax_11.tmp_0", [1, 1, 6625], 0f)];

        var outputs = await TensorClient.SendAsync(fixture.Server, "pp-ocr-rec", [ToTensor(width, height, pixels)], protocol, "1", expected);

        Assert.Equal(Text, Decode(outputs.Single()));
    }

    [Theory(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    [InlineData(TensorProtocol.V1, 160)]
    [InlineData(TensorProtocol.V2Json, 128)]
    [InlineData(TensorProtocol.V2Binary, 160)]
    [InlineData(TensorProtocol.Grpc, 128)]
    public async Task A_line_is_found_on_pages_of_several_sizes(TensorProtocol protocol, int height)
    {
        // The line is on the rows 60 to 105.
        var (width, _, pixels) = ReadImage("page.pgm");
        WireTensor[] expected = [WireTensor.Of("sigmoid_0.tmp_0", [1, 1, 1, 1], 0f)];

        var map = (await TensorClient.SendAsync(fixture.Server, "pp-ocr-det", [ToTensor(width, height, pixels)], protocol, "1", expected)).Single();

        Assert.Equal([1, 1, height, width], map.Shape);
        var floats = map.Floats();
        var rows = Enumerable.Range(0, height).Where(y => Enumerable.Range(0, width).Any(x => floats[y * width + x] > 0.3f)).ToArray();
        Assert.InRange(rows.Min(), 60, 85);
        Assert.InRange(rows.Max(), 85, 105);
    }

    /// <summary>Decodes the recognizer's output: the best character of each step, without repetitions and blanks.</summary>
    private static string Decode(WireTensor output)
    {
        string[] keys = ["", .. File.ReadAllLines(RealModelsFixture.PathOf("pp-ocr-rec/keys.txt")), " "];
        var scores = output.Floats();
        var text = new StringBuilder();
        var last = 0;
        for (var at = 0; at < scores.Length; at += keys.Length)
        {
            var step = scores.AsSpan(at, keys.Length);
            var best = step.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(step));
            if (best != last) text.Append(keys[best]);
            last = best;
        }
        return text.ToString();
    }

    // Three equal channels of -1 (black) to 1 (white).
    private static WireTensor ToTensor(int width, int height, byte[] pixels)
    {
        var channel = pixels.Take(width * height).Select(pixel => pixel / 127.5f - 1).ToArray();
        return WireTensor.Of("x", [1, 3, height, width], [.. channel, .. channel, .. channel]);
    }

    /// <summary>Reads a binary PGM file: "P5", width and height, 255, then a byte for each pixel.</summary>
    private static (int Width, int Height, byte[] Pixels) ReadImage(string name)
    {
        var file = File.ReadAllBytes(Checkout.PathOf(Path.Combine("tests", "RealModels", name)));
        var header = Encoding.ASCII.GetString(file, 0, 20).Split([' ', '\n']);
        var (width, height) = (int.Parse(header[1], CultureInfo.InvariantCulture), int.Parse(header[2], CultureInfo.InvariantCulture));
        return (width, height, file[^(width * height)..]);
    }
}
