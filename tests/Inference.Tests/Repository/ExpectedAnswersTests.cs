using InferenceServices.Contracts.V2;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class ExpectedAnswersTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (model, name) in ExpectedCase.All) cases.Add(model, name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Outputs_match_values_calculated_by_hand(string model, string name)
    {
        var expected = ExpectedCase.Of(model, name);
        using var repository = Repositories.Of(model);
        using var request = new InferRequest
        {
            Inputs = [.. expected.Inputs.Select(input => new InferInput(input.GetProperty("name").GetString()!, ExpectedTensors.ToTensor(input)))],
        };

        using var response = await repository.InferAsync(request);

        Assert.Equal(expected.Outputs.Select(output => output.GetProperty("name").GetString()), response.Outputs.Select(output => output.Name));
        foreach (var (output, actual) in expected.Outputs.Zip(response.Outputs)) ExpectedTensors.AssertEqual(output, actual.Tensor, expected.Tolerance);
    }

    [Fact]
    public async Task Only_the_requested_outputs_are_returned_in_the_requested_order()
    {
        using var repository = Repositories.Of("tree-ensemble");
        using var row = Repositories.Floats("x", new(1, 4), 5.1f, 3.5f, 1.4f, 0.2f);

        using var both = await repository.InferAsync(row with { Outputs = [new("probabilities"), new("label")] });
        using var one = await repository.InferAsync(row with { Outputs = [new("label")] });

        Assert.Equal(["probabilities", "label"], both.Outputs.Select(output => output.Name));
        Assert.Equal([0L], both["label"].Values<long>().ToArray());
        Assert.Equal(["label"], one.Outputs.Select(output => output.Name));
    }

    [Fact]
    public async Task Sixty_four_concurrent_requests_each_get_their_own_outputs()
    {
        using var repository = Repositories.Of("versioned/1", executors: 2);

        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (caller, cancellationToken) =>
        {
            for (var round = 0; round < 20; round++)
            {
                var values = Enumerable.Range(0, 1 + caller).Select(i => (float)(caller * 1_000 + round * 100 + i)).ToArray();
                using var request = Repositories.Floats("x", new(values.Length), values);
                using var response = await repository.InferAsync(request, cancellationToken);
                Assert.Equal(values.Select(value => value + 1), response["y"].Values<float>().ToArray());
            }
        });
    }
}
