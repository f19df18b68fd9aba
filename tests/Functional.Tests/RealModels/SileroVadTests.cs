using System.Buffers.Binary;
using InferenceServices.Functional.Tests.Tensors;

namespace InferenceServices.Functional.Tests.RealModels;

/// <summary>Silero's voice activity detector: state as input and output, a scalar input, an <c>If</c> with one graph for each sample rate.</summary>
[Collection(nameof(RealModelsFixture))]
public sealed class SileroVadTests(RealModelsFixture fixture)
{
    // The model reads frames of 512 samples, each behind the last 64 samples of the frame before, at 16 kHz.
    private const int Frame = 512;
    private const int Context = 64;
    private const int SampleRate = 16_000;

    private static readonly long[] StateShape = [2, 1, 128];

    [Theory(Skip = RealModelsFixture.ModelsMissing, SkipUnless = nameof(RealModelsFixture.HasModels), SkipType = typeof(RealModelsFixture))]
    [InlineData(TensorProtocol.V1)]
    [InlineData(TensorProtocol.V2Json)]
    [InlineData(TensorProtocol.V2Binary)]
    [InlineData(TensorProtocol.Grpc)]
    public async Task Speech_is_detected_and_noise_and_silence_are_not(TensorProtocol protocol)
    {
        Assert.True(await MaxProbabilityAsync(ReadWave("sounds/speech.wav"), protocol) > 0.9);
        Assert.True(await MaxProbabilityAsync(ReadWave("sounds/noise.wav"), protocol) < 0.5);
        Assert.True(await MaxProbabilityAsync(new float[SampleRate], protocol) < 0.1);
    }

    private async Task<float> MaxProbabilityAsync(float[] samples, TensorProtocol protocol)
    {
        var state = WireTensor.Of("state", StateShape, new float[256]);
        var highest = 0f;
        for (var start = 0; start + Frame <= samples.Length; start += Frame)
        {
            var input = new float[Context + Frame];
            var context = Math.Min(start, Context);
            samples.AsSpan(start - context, context + Frame).CopyTo(input.AsSpan(Context - context));
            WireTensor[] inputs = [WireTensor.Of("input", [1, input.Length], input), state, WireTensor.Of("sr", [], SampleRate)];
            var outputs = await TensorClient.SendAsync(fixture.Server, "silero-vad", inputs, protocol, "1", [WireTensor.Of("output", [1, 1], 0f), WireTensor.Of("stateN", StateShape, 0f)]);
            highest = Math.Max(highest, outputs.Single(output => output.Name == "output").Floats()[0]);
            state = outputs.Single(output => output.Name == "stateN") with { Name = "state" };
        }
        return highest;
    }

    /// <summary>Reads 16-bit mono samples at 48 kHz and averages three of them.</summary>
    private static float[] ReadWave(string name)
    {
        const int Header = 44;
        var samples = File.ReadAllBytes(RealModelsFixture.PathOf(name)).AsSpan(Header);
        var averaged = new float[samples.Length / 6];
        for (var i = 0; i < averaged.Length; i++)
            for (var j = 0; j < 3; j++) averaged[i] += BinaryPrimitives.ReadInt16LittleEndian(samples[(i * 6 + j * 2)..]) / (3f * short.MaxValue);
        return averaged;
    }
}
