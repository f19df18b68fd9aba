using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.Explanations.Requests;
using InferenceServices.Explanations.Text;

namespace InferenceServices.Explanations.Tests.Text;

public sealed class TextExplainerTests
{
    [Theory]
    [InlineData(TextUnit.Word, "The text should have at most 3 parts to explain, got 4; \"explain.unit\": \"span\" makes fewer parts.")]
    [InlineData(TextUnit.Span, "The text should have at most 3 parts to explain, got 4.")]
    public async Task A_text_with_too_many_parts_is_rejected_before_the_model_runs(TextUnit unit, string error)
    {
        var model = new CountingModel();

        var exception = await Assert.ThrowsAsync<InvalidInputException>(async () => await ExplainAsync(model, "one, two, three, four", unit));

        Assert.Equal((error, 0), (exception.Message, model.Calls));
    }

    [Fact]
    public async Task A_text_with_the_maximum_number_of_parts_is_explained()
    {
        var model = new CountingModel();

        var explanation = await ExplainAsync(model, "one, two, three", TextUnit.Word);

        Assert.Equal(["one,", "three", "two,"], explanation.Attributions.Select(part => part.Feature).Order(StringComparer.Ordinal));
        Assert.True(model.Calls > 0);
    }

    private static ValueTask<Answers.Explanation> ExplainAsync(CountingModel model, string text, TextUnit unit)
    {
        var explainer = new TextExplainer(new PlainTextTransformer(), model, "m", new ExplanationLimits { TextParts = 3 }, TimeProvider.System);
        return explainer.ExplainAsync(new PredictRequest("m", Encoding.UTF8.GetBytes(text), "id"), new ExplainParameters { Unit = unit }, CancellationToken.None);
    }

    /// <summary>Reads the body as text.</summary>
    private sealed class PlainTextTransformer : ITextTransformer
    {
        public IReadOnlyList<string> Labels => ["a", "b"];

        public ValueTask<TextInput> ReadTextAsync(PredictRequest request, CancellationToken cancellationToken) => new(new TextInput(Encoding.UTF8.GetString(request.Body.Span), 0));

        public InferRequest? PreprocessText(string text) => InferRequest.Of("length", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 1), [text.Length]));

        public ITransformation Read(PredictRequest request) => throw new NotSupportedException();
    }

    /// <summary>A model with two scores, which counts its calls.</summary>
    private sealed class CountingModel : IPredictor
    {
        private int _calls;

        public int Calls => _calls;

        public IReadOnlyList<string> ModelNames => ["m"];

        public ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken) => new(true);

        public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            var length = request.Inputs[0].Tensor.Values<float>()[0];
            return new(new InferResponse { ModelName = "m", ModelVersion = "1", Outputs = [new InferOutput("scores", Tensor.Of<float>(Datatype.Fp32, new Shape(1, 2), [length / 100, 1 - length / 100]))] });
        }
    }
}
