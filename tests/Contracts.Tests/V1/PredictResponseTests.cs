using System.Buffers;
using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Tests.V1;

public sealed class PredictResponseTests
{
    [Fact]
    public void A_record_is_written_as_one_json_value()
    {
        using var response = PredictResponse.Of(new Question("a", 2), QuestionJson.Default.Question);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);

        response.WriteTo(writer);
        writer.Flush();

        Assert.Equal("""{"text":"a","top":2,"nested":null}""", Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
