using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Layouts of scikit-learn before version 0.22, which no Debian release has; written by hand.</summary>
public sealed class OldLayoutTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("LogOddsEstimator", "deviance", -1.25, -1.25)]
    // The score of exponential loss is half of the log odds.
    [InlineData("ScaledLogOddsEstimator", "exponential", -0.625, -1.25)]
    public void The_initial_score_is_an_attribute_of_its_estimator(string estimator, string loss, double prior, double logOdds)
        => AssertSecond(1 / (1 + Math.Exp(-logOdds)), pickle => pickle.Object("sklearn.ensemble.gradient_boosting", estimator).Text("prior").Numbers(prior).EndState(), loss);

    [Fact]
    public void The_initial_score_can_be_zero()
        => AssertSecond(0.5, pickle => pickle.Object("sklearn.ensemble.gradient_boosting", "ZeroEstimator").Text("n_classes").Integer(1).EndState(), "deviance");

    // Version 0.21 and later.
    [Theory]
    [InlineData("log_loss")]
    [InlineData("exponential")]
    public void The_initial_score_is_the_share_of_the_second_class(string loss)
        => AssertSecond(0.25, pickle => pickle.Object("sklearn.dummy", "DummyClassifier").Text("strategy").Text("prior").Text("class_prior_").Numbers(0.75, 0.25).EndState(), loss);

    private void AssertSecond(double expected, Action<PickleBuilder> init, string loss)
    {
        var file = PickledBoosting.Model(pickle => PickledBoosting.Estimator(pickle, PickledBoosting.Tree, init, "sklearn.ensemble.gradient_boosting", loss));
        using var error = new StringWriter();
        Assert.Equal(0, IsvcProgram.Run(["convert", "revscoring", _directory.Write("model.bin", file), "--output", _directory.Below("out")], TextWriter.Null, error));

        using var response = ConvertedGraph.Run(_directory.Below("out"), [0.5], 1);

        Assert.Equal([1 - expected, expected], response["probabilities"].Values<double>().ToArray(), (first, second) => Math.Abs(first - second) < 1e-15);
    }
}
