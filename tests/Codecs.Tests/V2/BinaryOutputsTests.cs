using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class BinaryOutputsTests
{
    [Theory]
    // The output's own parameter has priority over the parameter of the request.
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    public void The_parameter_of_an_output_overrides_that_of_the_request(bool request, bool? output, bool expected)
        => Assert.Equal(
            expected,
            new BinaryOutputs(new InferRequest { Inputs = [], BinaryDataOutput = request, Outputs = [new("x"), new("y") { BinaryData = output }] }).Includes("y"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_output_that_is_not_listed_has_the_parameter_of_the_request(bool request)
    {
        Assert.Equal(request, new BinaryOutputs(new InferRequest { Inputs = [], BinaryDataOutput = request, Outputs = [new("x") { BinaryData = !request }] }).Includes("y"));
        Assert.Equal(request, new BinaryOutputs(new InferRequest { Inputs = [], BinaryDataOutput = request }).Includes("y"));
    }

    [Fact]
    public void Without_a_request_outputs_are_JSON() => Assert.False(BinaryOutputs.None.Includes("y"));
}
