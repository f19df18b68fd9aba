using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class ConfigJsonTests
{
    [Fact]
    public void The_configuration_has_the_format_of_Triton_with_numbers_as_numbers()
    {
        var model = new ModelMetadata(
            "m", ["1", "2"], "onnxruntime_onnx", [new("x", Datatype.Fp32, new(-1, 4)), new("s", Datatype.Bytes, new())], [new("y", Datatype.Int64, new(-1))]);

        Assert.Equal(
            """{"name":"m","platform":"onnxruntime_onnx","backend":"onnxruntime","runtime":"","version_policy":{"all":{}},"max_batch_size":0"""
            + ""","input":[{"name":"x","data_type":"TYPE_FP32","dims":[-1,4],"is_shape_tensor":false,"allow_ragged_batch":false,"optional":false},"""
            + """{"name":"s","data_type":"TYPE_STRING","dims":[],"is_shape_tensor":false,"allow_ragged_batch":false,"optional":false}]"""
            + ""","output":[{"name":"y","data_type":"TYPE_INT64","dims":[-1],"is_shape_tensor":false}]"""
            + ""","instance_group":[{"name":"m","kind":"KIND_CPU","count":1}],"default_model_filename":"model.onnx","cc_model_filenames":{},"metric_tags":{},"parameters":{}}""",
            Json.Written(writer => ConfigJson.Write(writer, new ModelConfiguration(model))));
    }

    [Fact]
    public void A_service_has_no_backend_and_no_file()
    {
        var configuration = new ModelConfiguration(new ModelMetadata("m", ["1"], "", [], []));

        Assert.Equal(("", ""), (configuration.Backend, configuration.DefaultModelFileName));
    }

    [Theory]
    [InlineData(Datatype.Bool, "TYPE_BOOL")]
    [InlineData(Datatype.Uint8, "TYPE_UINT8")]
    [InlineData(Datatype.Uint64, "TYPE_UINT64")]
    [InlineData(Datatype.Int8, "TYPE_INT8")]
    [InlineData(Datatype.Fp16, "TYPE_FP16")]
    [InlineData(Datatype.Fp64, "TYPE_FP64")]
    [InlineData(Datatype.Bf16, "TYPE_BF16")]
    [InlineData(Datatype.Bytes, "TYPE_STRING")]
    public void Datatypes_have_the_names_of_Triton(Datatype datatype, string name) => Assert.Equal(name, ConfigJson.NameOf(datatype));
}
