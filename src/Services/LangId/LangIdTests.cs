using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Testing;
using Microsoft.Extensions.Options;

namespace InferenceServices.Services.LangId;

/// <summary>Probabilities → answer, and what the service needs to start.</summary>
public sealed class LangIdTests : IDisposable
{
    private readonly FastTextDirectory _model = new(["en", "ca", "zho_Hans", "tlh_Piqd"], ["hello"]);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_answer_has_Lift_Wings_keys_in_Lift_Wings_order()
        => Assert.Equal("""{"language":"ca","wikicode":"ca","languagename":"Catalan","score":0.5}""", Answer(0.25f, 0.5f, 0.125f, 0.125f));

    [Fact]
    public void Names_come_from_the_projects_own_table()
        => Assert.Equal("""{"language":"zho_Hans","wikicode":"zh","languagename":"Chinese (Simplified)","score":0.75}""", Answer(0, 0.25f, 0.75f, 0));

    [Fact]
    public void A_label_outside_the_table_is_answered_all_the_same()
        => Assert.Equal("""{"language":"tlh_Piqd","wikicode":"","languagename":"tlh_Piqd","score":1}""", Answer(0, 0, 0, 1));

    [Theory]
    [InlineData(1f)]
    [InlineData(1.00001f)]
    [InlineData(1.5f)]
    public void A_score_is_never_above_one(float probability) => Assert.EndsWith("\"score\":1}", Answer(probability, 0, 0, 0), StringComparison.Ordinal);

    [Fact]
    public void A_score_keeps_the_models_precision()
    {
        const float Probability = 0.123456789f;

        Assert.Equal(Probability, JsonDocument.Parse(Answer(0, Probability, 0, 0)).RootElement.GetProperty("score").GetSingle());
    }

    /// <summary>fastText's heap of one lets an equal probability in, so its last one stays.</summary>
    [Fact]
    public void Of_equally_likely_labels_the_last_wins_as_in_fastText()
        => Assert.StartsWith("""{"language":"zho_Hans",""", Answer(0.1f, 0.4f, 0.4f, 0.1f), StringComparison.Ordinal);

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(0)]
    public void A_model_of_another_width_than_its_labels_is_our_error(int width)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Answer(new float[width]));

        Assert.Equal($"The model gives {width} probabilities, its labels.txt has 4 labels.", error.Message);
    }

    [Fact]
    public void A_model_with_another_output_is_our_error()
    {
        using var response = Response("scores", [1, 0, 0, 0]);

        Assert.Throws<InvalidOperationException>(() => Transformer(_model.Path).Postprocess(default, response));
    }

    [Fact]
    public void A_directory_without_a_vocabulary_ends_the_start_with_the_command_that_makes_one()
    {
        var empty = Directory.CreateTempSubdirectory("services-tests-").FullName;
        try
        {
            var refusal = Assert.Throws<StartException>(() => Transformer(empty));

            Assert.Contains(empty, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("isvc convert fasttext", refusal.Message, StringComparison.Ordinal);
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
    public void A_damaged_vocabulary_ends_the_start(string file, string content)
    {
        File.WriteAllText(Path.Combine(_model.Path, file), content);

        Assert.Contains(file, Assert.Throws<StartException>(() => Transformer(_model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_is_found_by_its_name()
    {
        var (transformer, service) = InferenceServiceCatalog.Find("langid");

        Assert.Equal(typeof(LangIdTransformer), transformer.ImplementationType);
        Assert.Equal((typeof(LangIdRequest), typeof(LangIdAnswer)), (service.Request, service.Answer));
    }

    [Fact]
    public void An_unknown_service_ends_the_start_with_the_names_there_are()
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
