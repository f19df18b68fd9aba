using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Testing;
using Microsoft.Extensions.Options;

namespace InferenceServices.Services.LangId;

/// <summary>Postprocessing and startup checks.</summary>
public sealed class LangIdTests : IDisposable
{
    private readonly FastTextDirectory _model = new(["en", "ca", "zho_Hans", "tlh_Piqd"], ["hello"]);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_response_has_the_keys_and_order_of_Lift_Wing()
        => Assert.Equal("""{"language":"ca","wikicode":"ca","languagename":"Catalan","score":0.5}""", Answer(0.25f, 0.5f, 0.125f, 0.125f));

    [Fact]
    public void Names_are_those_of_the_language_table()
        => Assert.Equal("""{"language":"zho_Hans","wikicode":"zh","languagename":"Chinese (Simplified)","score":0.75}""", Answer(0, 0.25f, 0.75f, 0));

    [Fact]
    public void A_label_outside_the_table_is_returned()
        => Assert.Equal("""{"language":"tlh_Piqd","wikicode":"","languagename":"tlh_Piqd","score":1}""", Answer(0, 0, 0, 1));

    [Theory]
    [InlineData(1f)]
    [InlineData(1.00001f)]
    [InlineData(1.5f)]
    public void A_score_is_never_above_one(float probability) => Assert.EndsWith("\"score\":1}", Answer(probability, 0, 0, 0), StringComparison.Ordinal);

    [Fact]
    public void A_score_has_the_precision_of_the_model()
    {
        const float Probability = 0.123456789f;

        Assert.Equal(Probability, JsonDocument.Parse(Answer(0, Probability, 0, 0)).RootElement.GetProperty("score").GetSingle());
    }

    /// <summary>fastText's heap of size one accepts an equal probability, so the last label remains.</summary>
    [Fact]
    public void The_last_of_equally_likely_labels_is_returned_as_in_fastText()
        => Assert.StartsWith("""{"language":"zho_Hans",""", Answer(0.1f, 0.4f, 0.4f, 0.1f), StringComparison.Ordinal);

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(0)]
    public void A_model_with_another_number_of_labels_is_a_server_error(int width)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Answer(new float[width]));

        Assert.Equal($"The model gives {width} probabilities, its labels.txt has 4 labels.", error.Message);
    }

    [Fact]
    public void A_model_with_another_output_is_a_server_error()
    {
        using var response = Response("scores", [1, 0, 0, 0]);

        Assert.Throws<InvalidOperationException>(() => Transformer(_model.Path).Postprocess(default, response));
    }

    [Fact]
    public void A_directory_without_a_vocabulary_fails_startup_with_the_conversion_command()
    {
        var empty = Directory.CreateTempSubdirectory("services-tests-").FullName;
        try
        {
            var exception = Assert.Throws<StartException>(() => Transformer(empty));

            Assert.Contains(empty, exception.Message, StringComparison.Ordinal);
            Assert.Contains("isvc convert fasttext", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(empty);
        }
    }

    [Theory]
    [InlineData("tokenizer.json", "")]
    [InlineData("tokenizer.json", "{}")]
    [InlineData("tokenizer.json", "null")]
    [InlineData("labels.txt", "en\n")]
    [InlineData("words.txt", "")]
    public void A_malformed_vocabulary_fails_startup(string file, string content)
    {
        File.WriteAllText(Path.Combine(_model.Path, file), content);

        Assert.Contains(file, Assert.Throws<StartException>(() => Transformer(_model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_is_found_by_name()
    {
        var (transformer, service) = InferenceServiceCatalog.Find("langid");

        Assert.Equal(typeof(LangIdTransformer), transformer.ImplementationType);
        Assert.Equal((typeof(LangIdRequest), typeof(LangIdAnswer)), (service.Request, service.Answer));
    }

    [Fact]
    public void An_unknown_service_fails_startup_with_the_known_names()
        => Assert.Contains("langid", Assert.Throws<StartException>(() => InferenceServiceCatalog.Find("langdi")).Message, StringComparison.Ordinal);

    private static LangIdTransformer Transformer(string directory) => new(new ServedModel("langid", directory, "1"), Options.Create(new LangIdOptions()));

    private static InferResponse Response(string output, float[] probabilities)
        => new() { ModelName = "langid", Outputs = [new InferOutput(output, Tensor.Of<float>(Datatype.Fp32, new Shape(1, probabilities.Length), probabilities))] };

    private string Answer(params float[] probabilities)
    {
        using var response = Response("probabilities", probabilities);
        using var answer = Transformer(_model.Path).Postprocess(default, response);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json)) answer.WriteTo(writer);
        return Encoding.UTF8.GetString(json.ToArray());
    }
}
