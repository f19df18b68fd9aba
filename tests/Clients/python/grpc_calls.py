"""Debian's grpcio with stubs generated from inference.proto.

    grpc_calls.py HOST:GRPC_PORT     (a predictor with the test models)
"""
import grpc
import inference_pb2 as pb
import inference_pb2_grpc

from checks import holds, run, same
from tensors import EDGES, pack, unpack

Input = pb.ModelInferRequest.InferInputTensor
Output = pb.ModelInferRequest.InferRequestedOutputTensor


def stub(address):
    return inference_pb2_grpc.GRPCInferenceServiceStub(grpc.insecure_channel(address))


def one(values=(1.0,), **fields):
    contents = pb.InferTensorContents(fp32_contents=values)
    return pb.ModelInferRequest(**({"model_name": "versioned"} | fields), inputs=[Input(name="x", datatype="FP32", shape=[1], contents=contents)])


def fails(call, request, code, **options):
    try:
        call(request, timeout=30, **options)
    except grpc.RpcError as error:
        same(f"code of '{error.details()}'", error.code(), code)
        holds("error message", error.details())
    else:
        holds(f"{code} for {str(request)[:80]}", False)


def health_and_metadata(address):
    server = stub(address)
    holds("live", server.ServerLive(pb.ServerLiveRequest()).live)
    holds("ready", server.ServerReady(pb.ServerReadyRequest()).ready)
    holds("model ready", server.ModelReady(pb.ModelReadyRequest(name="versioned", version="1")).ready)
    metadata = server.ServerMetadata(pb.ServerMetadataRequest())
    holds("name and version", metadata.name and metadata.version)
    model = server.ModelMetadata(pb.ModelMetadataRequest(name="iris-mlp"))
    same("inputs", [(x.name, x.datatype, list(x.shape)) for x in model.inputs], [("x", "FP32", [-1, 4])])
    same("outputs", [(x.name, x.datatype, list(x.shape)) for x in model.outputs], [("probabilities", "FP32", [-1, 3])])
    fails(server.ModelReady, pb.ModelReadyRequest(name="none"), grpc.StatusCode.NOT_FOUND)
    fails(server.ModelMetadata, pb.ModelMetadataRequest(name="none"), grpc.StatusCode.NOT_FOUND)


def typed_and_raw(address):
    server = stub(address)
    typed = server.ModelInfer(one(id="seven"))
    same("answer", (typed.id, typed.model_name, typed.model_version, list(typed.outputs[0].contents.fp32_contents)), ("seven", "versioned", "2", [3.0]))
    raw = one(model_version="1")
    raw.inputs[0].ClearField("contents")
    raw.raw_input_contents.append(pack("FP32", [1.0]))
    answer = server.ModelInfer(raw)
    same("raw answer", [unpack("FP32", data) for data in answer.raw_output_contents], [[2.0]])
    holds("raw and nothing else", not answer.outputs[0].HasField("contents"))


def every_datatype_raw(address):
    request = pb.ModelInferRequest(model_name="datatypes")
    for datatype, values in EDGES.items():
        request.inputs.add(name=f"{datatype.lower()}_in", datatype=datatype, shape=[len(values)])
        request.raw_input_contents.append(pack(datatype, values))
    answer = stub(address).ModelInfer(request)
    for output, data in zip(answer.outputs, answer.raw_output_contents):
        same(output.name, unpack(output.datatype, data), EDGES[output.datatype])
    same("outputs", len(answer.raw_output_contents), len(EDGES))


def errors(address):
    server = stub(address)
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    fails(server.ModelInfer, one(model_name="none"), grpc.StatusCode.NOT_FOUND)
    fails(server.ModelInfer, one(model_version="9"), grpc.StatusCode.NOT_FOUND)
    fails(server.ModelInfer, one(values=(1.0, 2.0)), invalid)
    fails(server.ModelInfer, pb.ModelInferRequest(model_name="versioned"), invalid)
    both = one()
    both.raw_input_contents.append(pack("FP32", [1.0]))
    fails(server.ModelInfer, both, invalid)
    unknown = one()
    unknown.outputs.append(Output(name="z"))
    fails(server.ModelInfer, unknown, invalid)
    huge = pb.ModelInferRequest(model_name="free", inputs=[Input(name="x", datatype="FP32", shape=[1, 3_000_000])], raw_input_contents=[bytes(12_000_000)])
    fails(server.ModelInfer, huge, grpc.StatusCode.RESOURCE_EXHAUSTED)


def compression_deadline_and_wait(address):
    channel = grpc.insecure_channel(address, compression=grpc.Compression.Gzip)
    server = inference_pb2_grpc.GRPCInferenceServiceStub(channel)
    same("gzip", list(server.ModelInfer(one()).outputs[0].contents.fp32_contents), [3.0])
    slow = pb.ModelInferRequest(model_name="slow", inputs=[Input(name="turns", datatype="INT64", shape=[1],
                                contents=pb.InferTensorContents(int64_contents=[1_000_000]))])
    try:
        server.ModelInfer(slow, timeout=0.3)
        holds("a deadline ends the call", False)
    except grpc.RpcError as error:
        same("code", error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
    same("afterwards", list(server.ModelInfer(one(), timeout=30).outputs[0].contents.fp32_contents), [3.0])


def a_stream_answers_in_order(address):
    requests = [one(values=(float(i),), id=str(i)) for i in range(50)]
    requests[25].model_name = "none"
    answers = list(stub(address).ModelStreamInfer(iter(requests)))
    same("answers", len(answers), 50)
    for i, answer in enumerate(answers):
        same(f"error of {i}", bool(answer.error_message), i == 25)
        same(f"id of {i}", answer.infer_response.id, str(i))


if __name__ == "__main__":
    run([health_and_metadata, typed_and_raw, every_datatype_raw, errors, compression_deadline_and_wait, a_stream_answers_in_order])
