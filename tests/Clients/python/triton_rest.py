"""A client that frames and reads as Triton's Python client does over REST: no content type, binary tensors by default.

    triton_rest.py HOST:PORT     (a predictor with the test models)
"""
import gzip
import http.client
import json
import zlib

from checks import holds, run, same
from tensors import EDGES, pack, unpack

LENGTH = "Inference-Header-Content-Length"
IRIS = ([5.1, 3.5, 1.4, 0.2], [6.3, 2.8, 5.1, 1.5])


def exchange(address, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request(method, "/" + path, body, headers or {})
    response = connection.getresponse()
    data = response.read()
    # As the client does: every status but 200 is JSON with a text under "error".
    if response.status != 200:
        raise ServerError(response.status, json.loads(data.decode("utf-8"))["error"])
    coding = response.getheader("Content-Encoding")
    data = {None: bytes, "gzip": gzip.decompress, "deflate": zlib.decompress}[coding](data)
    connection.close()
    return response, data


class ServerError(Exception):
    def __init__(self, status, text):
        super().__init__(status, text)
        self.status, self.text = status, text


def binary(name, shape, datatype, values):
    data = pack(datatype, values)
    return {"name": name, "shape": shape, "datatype": datatype, "parameters": {"binary_data_size": len(data)}}, data


def infer(address, model, tensors, outputs=None, version="", request_id="", coding=None, accept=None, **parameters):
    request = {}
    if request_id:
        request["id"] = request_id
    request["inputs"] = [tensor for tensor, _ in tensors]
    if outputs:
        request["outputs"] = outputs
    else:
        parameters["binary_data_output"] = True
    if parameters:
        request["parameters"] = parameters
    header = json.dumps(request).encode()
    tail = b"".join(data for _, data in tensors if data is not None)
    headers = {LENGTH: str(len(header))} if tail else {}
    body = header + tail
    if coding:
        headers["Content-Encoding"] = coding
        body = {"gzip": gzip.compress, "deflate": zlib.compress}[coding](body)
    if accept:
        headers["Accept-Encoding"] = accept
    path = f"v2/models/{model}/versions/{version}/infer" if version else f"v2/models/{model}/infer"
    return read(*exchange(address, "POST", path, body, headers))


def read(response, data):
    """Returns the response and the values of its outputs by name."""
    length = response.getheader(LENGTH)
    header, tail = (data, b"") if length is None else (data[:int(length)], data[int(length):])
    answer, outputs, offset = json.loads(header), {}, 0
    for output in answer["outputs"]:
        size = output.get("parameters", {}).get("binary_data_size")
        if size is None:
            outputs[output["name"]] = output["data"]
            continue
        outputs[output["name"]] = unpack(output["datatype"], tail[offset:offset + size])
        offset += size
    same("bytes behind the JSON", len(tail), offset)
    return answer, outputs


def health_and_metadata(address):
    for path in ["v2/health/live", "v2/health/ready", "v2/models/iris-mlp/ready", "v2/models/versioned/versions/1/ready"]:
        same(path, exchange(address, "GET", path)[0].status, 200)
    server = json.loads(exchange(address, "GET", "v2")[1])
    same("types of the server's metadata", [type(server[key]) for key in ("name", "version", "extensions")], [str, str, list])
    model = json.loads(exchange(address, "GET", "v2/models/iris-mlp/versions/1")[1])
    same("inputs", model["inputs"], [{"name": "x", "datatype": "FP32", "shape": [-1, 4]}])
    same("outputs", model["outputs"], [{"name": "probabilities", "datatype": "FP32", "shape": [-1, 3]}])


def every_datatype_both_ways(address):
    tensors = [binary(f"{datatype.lower()}_in", [3], datatype, values) for datatype, values in EDGES.items()]
    answer, outputs = infer(address, "datatypes", tensors, request_id="all of them")
    same("id", answer["id"], "all of them")
    same("model_name", answer["model_name"], "datatypes")
    for datatype, values in EDGES.items():
        same(f"{datatype} comes back", outputs[f"{datatype.lower()}_out"], values)


def json_and_binary_mixed(address):
    prices, prices_data = binary("prices", [2, 2], "FP32", [1.5, 2.5, 1.0, 1.0])
    count = {"name": "count", "shape": [2], "datatype": "INT64", "data": [2, 1]}
    member, member_data = binary("member", [2], "BOOL", [True, False])
    requested = [{"name": "whole", "parameters": {"binary_data": False}}, {"name": "total", "parameters": {"binary_data": True}}]
    answer, outputs = infer(address, "mixed", [(prices, prices_data), (count, None), (member, member_data)], requested)
    same("order of outputs", [output["name"] for output in answer["outputs"]], ["whole", "total"])
    holds("'whole' is JSON", "data" in answer["outputs"][0])
    holds("'total' is bytes", "data" not in answer["outputs"][1])
    _, all_json = infer(address, "mixed", [(prices, prices_data), (count, None), (member, member_data)],
                        [{"name": name, "parameters": {"binary_data": False}} for name in ("total", "whole")])
    same("values in bytes and in JSON", outputs, all_json)


def compression_both_ways(address):
    rows = [row for _ in range(100) for row in IRIS]
    tensor = binary("x", [200, 4], "FP32", [value for row in rows for value in row])
    _, plain = infer(address, "iris-mlp", [tensor])
    for coding in ("gzip", "deflate"):
        same(f"answer to a request in {coding}", infer(address, "iris-mlp", [tensor], coding=coding)[1], plain)
        same(f"answer in {coding}", infer(address, "iris-mlp", [tensor], accept=coding)[1], plain)


def classes(address):
    tensor = binary("x", [2, 4], "FP32", [value for row in IRIS for value in row])
    for as_bytes in (True, False):
        answer, outputs = infer(address, "iris-mlp", [tensor],
                                [{"name": "probabilities", "parameters": {"binary_data": as_bytes, "classification": 2}}])
        same("datatype and shape", (answer["outputs"][0]["datatype"], answer["outputs"][0]["shape"]), ("BYTES", [2, 2]))
        texts = [value.decode() if as_bytes else value for value in outputs["probabilities"]]
        fields = [text.split(":") for text in texts]
        same("classes", [field[1] for field in fields], ["0", "1", "1", "2"])
        holds("values descend", float(fields[0][0]) >= float(fields[1][0]))


def versions_and_empty_tensors(address):
    tensor = binary("x", [1], "FP32", [1.0])
    same("version 1", infer(address, "versioned", [tensor], version="1")[1], {"y": [2.0]})
    same("no version", infer(address, "versioned", [tensor])[1], {"y": [3.0]})
    same("no elements", infer(address, "free", [binary("x", [0, 2], "FP32", [])])[1], {"y": []})


def errors_are_read(address):
    tensor = binary("x", [1], "FP32", [1.0])
    requests = [
        (404, "no-such", [tensor], None, ""), (404, "versioned", [tensor], None, "9"), (400, "versioned", [tensor], [{"name": "z"}], ""),
        (400, "iris-mlp", [tensor], None, ""), (400, "versioned", [(tensor[0], tensor[1] + b"\0")], None, ""),
        (400, "versioned", [(tensor[0], tensor[1][:3])], None, ""),
    ]
    for status, model, tensors, outputs, version in requests:
        try:
            infer(address, model, tensors, outputs, version)
        except ServerError as error:
            same(f"status of '{error.text}'", error.status, status)
        else:
            holds(f"{model} {outputs} {version} is rejected", False)


if __name__ == "__main__":
    run([health_and_metadata, every_datatype_both_ways, json_and_binary_mixed, compression_both_ways, classes, versions_and_empty_tensors,
         errors_are_read])
