using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tests.Requests;

public sealed class ExplainParametersTests
{
    [Theory]
    [InlineData("""{"text":"x"}""")]
    [InlineData("""{"explain":null}""")]
    [InlineData("""{"explain":{}}""")]
    public void Absent_parameters_are_the_defaults(string body) => Assert.Equal(new ExplainParameters(), Read(body));

    [Fact]
    public void All_parameters_are_read()
    {
        var parameters = Read("""{"explain":{"method":"kernel_shap","samples":12,"seed":3,"top_k":4,"background":[[1,null,true]],"label":"x","counterfactual":true,"unit":"span","deadline_ms":5}}""");

        Assert.Equal(
            (ExplainMethod.KernelShap, 12, 3, 4, "x", true, TextUnit.Span, 5),
            (parameters.Method, parameters.Samples, parameters.Seed, parameters.TopK, parameters.Label, parameters.Counterfactual, parameters.Unit, parameters.DeadlineMs));
        Assert.Equal([1, double.NaN, 1], parameters.Background!.Single());
    }

    [Theory]
    [InlineData("""{"explain":3}""", "explain should be an object, got 3.")]
    [InlineData("""{"explain":{"method":"lime"}}""", "explain.method should be one of auto, tree_shap, kernel_shap, permutation, leave_one_out, got \"lime\".")]
    [InlineData("""{"explain":{"method":1}}""", "explain.method should be one of auto, tree_shap, kernel_shap, permutation, leave_one_out, got 1.")]
    [InlineData("""{"explain":{"samples":0}}""", "explain.samples should be a whole number from 1 to 65536, got 0.")]
    [InlineData("""{"explain":{"samples":1.5}}""", "explain.samples should be a whole number from 1 to 65536, got 1.5.")]
    [InlineData("""{"explain":{"samples":65537}}""", "explain.samples should be a whole number from 1 to 65536, got 65537.")]
    [InlineData("""{"explain":{"seed":-1}}""", "explain.seed should be a whole number from 0 to 2147483647, got -1.")]
    [InlineData("""{"explain":{"top_k":"all"}}""", "explain.top_k should be a whole number from 1 to 2147483647, got \"all\".")]
    [InlineData("""{"explain":{"deadline_ms":2001}}""", "explain.deadline_ms should be a whole number from 1 to 2000, got 2001.")]
    [InlineData("""{"explain":{"background":[]}}""", "explain.background should be a list of 1 to 1000 rows, got [].")]
    [InlineData("""{"explain":{"background":[1]}}""", "explain.background should be rows that are lists of numbers, got 1.")]
    [InlineData("""{"explain":{"background":[["a"]]}}""", "explain.background should be rows of numbers, got \"a\".")]
    [InlineData("""{"explain":{"label":1}}""", "explain.label should be a string, got 1.")]
    [InlineData("""{"explain":{"counterfactual":1}}""", "explain.counterfactual should be true or false, got 1.")]
    [InlineData("""{"explain":{"interactions":"yes"}}""", "explain.interactions should be true or false, got \"yes\".")]
    [InlineData("""{"explain":{"unit":"letter"}}""", "explain.unit should be one of word, span, got \"letter\".")]
    [InlineData("""{"explain":{"unit":"\ud800"}}""", "The field 'unit' should be text, got an escape that is half a character.")]
    [InlineData("""{"explain":{"sampl\ud800":1}}""", "The field 'sampl\\ud800' should be text, got an escape that is half a character.")]
    [InlineData("""{"explain":{"sample":1}}""", "explain.sample is not known; \"explain\" may have method, samples, seed, top_k, background, label, counterfactual, interactions, unit, deadline_ms.")]
    public void Errors_name_the_parameter(string body, string error) => Assert.Equal(error, Assert.Throws<InvalidInputException>(() => Read(body)).Message);

    private static ExplainParameters Read(string body) => ExplainParameters.Of(new PredictRequest("m", Encoding.UTF8.GetBytes(body), "id"), new ExplanationLimits());
}
