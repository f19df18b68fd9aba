namespace InferenceServices.Configuration.Tests;

public sealed class CommandLineTests
{
    private static readonly Switch[] Known =
    [
        new("model_name", SwitchKind.Text, ""),
        new("http_port", SwitchKind.Int32, ""),
        new("limit", SwitchKind.Int64, ""),
        new("wait", SwitchKind.Double, ""),
        new("docs", SwitchKind.Boolean, ""),
        new("timeout-keep-alive", SwitchKind.Int32, ""),
    ];

    [Theory]
    [InlineData("--model_name=iris", "model_name", "iris")]
    [InlineData("--model_name iris", "model_name", "iris")]
    [InlineData("--model_name=a=b", "model_name", "a=b")]
    [InlineData("--model_name=", "model_name", "")]
    [InlineData("--model_name=--odd", "model_name", "--odd")]
    [InlineData("--timeout-keep-alive 5", "timeout-keep-alive", "5")]
    [InlineData("--limit 5000000000", "limit", "5000000000")]
    [InlineData("--http_port -1", "http_port", "-1")]
    [InlineData("--wait 0.5", "wait", "0.5")]
    public void A_value_follows_an_equals_sign_or_a_space(string line, string name, string value)
        => Assert.Equal([new(name, value)], Parse(line));

    [Theory]
    [InlineData("--docs", "true")]
    [InlineData("--docs=yes", "true")]
    [InlineData("--docs 1", "true")]
    [InlineData("--docs ON", "true")]
    [InlineData("--docs=f", "false")]
    [InlineData("--docs No", "false")]
    [InlineData("--docs off", "false")]
    public void Booleans_are_read_as_by_pythons_strtobool(string line, string value) => Assert.Equal([new("docs", value)], Parse(line));

    [Fact]
    public void A_bare_Boolean_switch_does_not_consume_the_next_switch()
        => Assert.Equal([new("docs", "true"), new("model_name", "iris")], Parse("--docs --model_name iris"));

    [Fact]
    public void A_bare_Boolean_switch_does_not_consume_another_word()
        => Assert.Equal([new("docs", "true"), new("http_port", "1")], Parse("--docs perhaps --http_port 1"));

    [Theory]
    [InlineData("--model_nam=iris", "The unknown switch --model_nam is ignored; the most similar switch is --model_name.")]
    [InlineData("--model-name iris", "The unknown switch --model-name is ignored; the most similar switch is --model_name.")]
    [InlineData("--Model_Name iris", "The unknown switch --Model_Name is ignored; the most similar switch is --model_name.")]
    [InlineData("--htpp_port=1", "The unknown switch --htpp_port is ignored; the most similar switch is --http_port.")]
    [InlineData("--storage_uri s3://bucket", "The unknown switch --storage_uri is ignored.")]
    public void An_unknown_switch_is_reported_with_the_most_similar_switch(string line, string warning)
        => Assert.Equal([warning], CommandLine.DescribeUnknown(line.Split(' '), Known));

    [Fact]
    public void Known_switches_are_not_reported() => Assert.Empty(CommandLine.DescribeUnknown(["--model_name", "a", "--http_port=1", "--", "-x", "y"], Known));

    [Fact]
    public void The_last_value_is_used() => Assert.Equal([new("http_port", "3")], Parse("--http_port 1 --http_port=2 --http_port 3"));

    [Theory]
    [InlineData("--storage_uri s3://bucket --http_port 1")]
    [InlineData("--storage_uri=s3://bucket --http_port 1")]
    [InlineData("--verbose --http_port 1")]
    [InlineData("--http_port 1 --verbose")]
    [InlineData("-v --http_port 1 -x 5")]
    [InlineData("word --http_port 1 word")]
    [InlineData("-- --http_port 1")]
    [InlineData("--workers 4 --max_threads=8 --max_asyncio_workers 2 --http_port 1")]
    [InlineData("--configure_logging --log_config_file log.yaml --access_log_format %(message)s --http_port 1")]
    [InlineData("--event-loop auto --enable_latency_logging --http_port 1")]
    [InlineData("--log_config_file=--http_port=2 --access_log_format=-- --http_port 1")]
    [InlineData("--workers --http_port 1 --enable_latency_logging=maybe")]
    [InlineData("--HTTP_PORT 2 --http_port 1")]
    public void Unknown_switches_are_ignored(string line) => Assert.Equal([new("http_port", "1")], Parse(line));

    [Theory]
    [InlineData("--http_port=many", "--http_port should be a whole number, got 'many'.")]
    [InlineData("--http_port 1.5", "--http_port should be a whole number, got '1.5'.")]
    [InlineData("--http_port=", "--http_port should be a whole number, got ''.")]
    [InlineData("--http_port 5000000000", "--http_port should be a whole number, got '5000000000'.")]
    [InlineData("--limit 99999999999999999999", "--limit should be a whole number, got '99999999999999999999'.")]
    [InlineData("--wait=0,5", "--wait should be a number, got '0,5'.")]
    [InlineData("--wait long", "--wait should be a number, got 'long'.")]
    [InlineData("--docs=perhaps", "--docs should be true or false, got 'perhaps'.")]
    [InlineData("--docs=", "--docs should be true or false, got ''.")]
    [InlineData("--model_name", "--model_name needs a value.")]
    [InlineData("--model_name --docs", "--model_name needs a value.")]
    public void An_invalid_value_has_exit_code_2_and_an_error_message(string line, string message)
    {
        var exception = Assert.Throws<CommandLineException>(() => Parse(line));

        Assert.Equal(message, exception.Message);
        Assert.Equal(2, exception.ExitCode);
    }

    [Theory]
    [InlineData("--help", true)]
    [InlineData("--http_port 1 -h", true)]
    [InlineData("--helpful", false)]
    public void Either_switch_requests_help(string line, bool expected) => Assert.Equal(expected, CommandLine.RequestsHelp(line.Split(' ')));

    private static Dictionary<string, string?> Parse(string line) => CommandLine.Parse(line.Split(' '), Known);
}
