using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace InferenceServices.Benchmarks;

/// <summary>
/// The baseline of the predictor: Kestrel, a parser and ONNX Runtime with nothing between, as a developer writes it for models of one FP32 input and one
/// FP32 output. No validation, batching, metrics, limits or errors.
/// </summary>
internal static class HandWritten
{
    private const int FrameHeader = 5;

    /// <summary>Serves until the process ends: HTTP/1.1 on the port, HTTP/2 on the next one.</summary>
    /// <param name="port">Port of HTTP/1.1.</param>
    /// <param name="models">Directory with a folder for each model.</param>
    public static async Task RunAsync(int port, string models)
    {
        await using var app = BareKestrel.CreateBuilder(port).Build();
        var served = Directory.GetDirectories(models).ToDictionary(folder => Path.GetFileName(folder), folder => new Model(Path.Combine(folder, "model.onnx")), StringComparer.Ordinal);
        foreach (var (name, model) in served)
        {
            app.MapPost($"/v1/models/{name}:predict", http => AnswerAsync(http, body => AnswerV1(model, body), "application/json"));
            app.MapPost($"/v2/models/{name}/infer", http => int.TryParse(http.Request.Headers["Inference-Header-Content-Length"].ToString(), CultureInfo.InvariantCulture, out var length)
                ? AnswerAsync(http, body => AnswerBinary(http, model, body, length), "application/octet-stream")
                : AnswerAsync(http, body => AnswerV2(model, body), "application/json"));
        }
        app.MapPost("/inference.GRPCInferenceService/ModelInfer", http =>
        {
            http.Response.DeclareTrailer("grpc-status");
            return AnswerAsync(http, body => AnswerGrpc(served, body), "application/grpc");
        });
        await app.RunAsync();
    }

    private static async Task AnswerAsync(HttpContext http, Func<ReadOnlySequence<byte>, ReadOnlyMemory<byte>> answer, string type)
    {
        var reader = http.Request.BodyReader;
        var read = await reader.ReadAsync(http.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(http.RequestAborted);
        }
        http.Response.ContentType = type;
        var bytes = answer(read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        if (type != "application/grpc") http.Response.ContentLength = bytes.Length;
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
        if (type == "application/grpc") http.Response.AppendTrailer("grpc-status", "0");
    }

    private static ReadOnlyMemory<byte> AnswerV1(Model model, ReadOnlySequence<byte> body)
        => model.Run(ReadNumbers(body, "instances"), static output => Write(output, static (json, output) =>
        {
            json.WriteStartArray("predictions");
            json.WriteStartArray();
            foreach (var value in output.Values) json.WriteNumberValue(value);
            json.WriteEndArray();
            json.WriteEndArray();
        }));

    private static ReadOnlyMemory<byte> AnswerV2(Model model, ReadOnlySequence<byte> body)
        => model.Run(ReadNumbers(body, "data"), static output => Write(output, static (json, output) =>
        {
            WriteOutputs(json, output);
            json.WriteStartArray("data");
            foreach (var value in output.Values) json.WriteNumberValue(value);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }));

    private static ReadOnlyMemory<byte> AnswerBinary(HttpContext http, Model model, ReadOnlySequence<byte> body, int header)
    {
        var values = new float[(body.Length - header) / sizeof(float)];
        body.Slice(header).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return model.Run(values, output =>
        {
            var json = Write(output, static (json, output) =>
            {
                WriteOutputs(json, output);
                json.WriteStartObject("parameters");
                json.WriteNumber("binary_data_size", output.Values.Length * sizeof(float));
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndArray();
            });
            http.Response.Headers["Inference-Header-Content-Length"] = json.Length.ToString(CultureInfo.InvariantCulture);
            return (byte[])[.. json.Span, .. MemoryMarshal.AsBytes(output.Values)];
        });
    }

    private static ReadOnlyMemory<byte> AnswerGrpc(Dictionary<string, Model> models, ReadOnlySequence<byte> body)
    {
        var request = ModelInferRequest.Parser.ParseFrom(body.Slice(FrameHeader));
        var values = MemoryMarshal.Cast<byte, float>(request.RawInputContents[0].Span).ToArray();
        return models[request.ModelName].Run(values, output =>
        {
            var response = new ModelInferResponse { ModelName = request.ModelName, ModelVersion = "1" };
            response.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = "FP32", Shape = { 1, output.Values.Length } });
            response.RawOutputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes(output.Values)));
            var frame = new byte[FrameHeader + response.CalculateSize()];
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - FrameHeader));
            response.WriteTo(frame.AsSpan(FrameHeader));
            return frame;
        });
    }

    private static float[] ReadNumbers(ReadOnlySequence<byte> body, string property)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(property))) { }
        var values = new List<float>();
        reader.Read();
        for (var depth = 1; depth > 0 && reader.Read();)
        {
            if (reader.TokenType == JsonTokenType.StartArray) depth++;
            else if (reader.TokenType == JsonTokenType.EndArray) depth--;
            else values.Add(reader.GetSingle());
        }
        return [.. values];
    }

    private static ReadOnlyMemory<byte> Write(Output output, WriteOutput write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json, output);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void WriteOutputs(Utf8JsonWriter json, Output output)
    {
        json.WriteString("model_name", "model");
        json.WriteStartArray("outputs");
        json.WriteStartObject();
        json.WriteString("name", output.Name);
        json.WriteString("datatype", "FP32");
        json.WriteStartArray("shape");
        json.WriteNumberValue(1);
        json.WriteNumberValue(output.Values.Length);
        json.WriteEndArray();
    }

    private delegate void WriteOutput(Utf8JsonWriter json, Output output);

    private delegate ReadOnlyMemory<byte> Answer(Output output);

    private readonly ref struct Output(string name, ReadOnlySpan<float> values)
    {
        public string Name { get; } = name;

        public ReadOnlySpan<float> Values { get; } = values;
    }

    private sealed class Model
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly string[] _inputs;
        private readonly string[] _outputs;
        private readonly long[] _shape;

        public Model(string path)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            _session = new InferenceSession(path, options);
            var (name, input) = _session.InputMetadata.Single();
            _shape = [.. input.Dimensions.Select(length => (long)Math.Max(1, length))];
            (_inputs, _outputs) = ([name], [_session.OutputNames[0]]);
        }

        public ReadOnlyMemory<byte> Run(float[] values, Answer answer)
        {
            using var input = OrtValue.CreateTensorValueFromMemory(values, _shape);
            using var outputs = _session.Run(_options, _inputs, [input], _outputs);
            return answer(new Output(_outputs[0], outputs[0].GetTensorDataAsSpan<float>()));
        }
    }
}
