"""A client that sends and reads as the inference client of KServe's SDK does over REST, V1 and V2.

    kserve_rest.py HOST:PORT     (a predictor with the test models)
"""
import gzip
import http.client
import json
import uuid
import zlib

from checks import holds, run, same
from tensors import EDGES, pack, unpack

LENGTH = "inference-header-content-length"
ALWAYS = {"accept": "*/*", "accept-encoding": "gzip, deflate", "connection": "keep-alive", "user-agent": "kserve-like"}
JSON = {"content-type": "application/json"}


def send(address, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request(method, path, body, ALWAYS | (headers or {}))
    response = connection.getresponse()
    data = response.read()
    connection.close()
    coding = response.getheader("content-encoding")
    data = {None: bytes, "gzip": gzip.decompress, "deflate": zlib.decompress}[coding](data)
    return response, data


def error_of(response, data):
    """The client shows the error message only for exactly this content type."""
    return json.loads(data).get("error") if response.getheader("content-type") == "application/json" else None


def post(address, path, request, headers=None):
    # orjson writes no spaces.
    body = json.dumps(request, separators=(",", ":"), ensure_ascii=False).encode()
    response, data = send(address, "POST", path, body, JSON | (headers or {}))
    same(f"status of {path}: {data[:200]}", response.status, 200)
    return json.loads(data)


def v1(address):
    same("server", send(address, "GET", "/")[1], b'{"status":"alive"}')
    holds("models", "iris-mlp" in json.loads(send(address, "GET", "/v1/models")[1])["models"])
    same("model", send(address, "GET", "/v1/models/fixed")[1], b'{"name":"fixed","ready":true}')
    same("prediction", post(address, "/v1/models/fixed:predict", {"instances": [[1, 2, 3], [4, 5, 6]]}), {"predictions": [6, 15]})


def v1_table_by_column(address):
    for body in ({"inputs": [{"prices": [[1.5, 2.5]], "count": [2], "member": [True]}]},
                 {"instances": [{"prices": [1.5, 2.5], "count": 2, "member": True}]}):
        response, data = send(address, "POST", "/v1/models/mixed:predict", json.dumps(body).encode(), JSON)
        holds(f"{list(body)} gets a response or an error message: {data[:100]}", response.status == 200 or error_of(response, data))


def v2_health(address):
    same("live", json.loads(send(address, "GET", "/v2/health/live")[1]).get("live"), True)
    same("ready", json.loads(send(address, "GET", "/v2/health/ready")[1]).get("ready"), True)
    same("model", json.loads(send(address, "GET", "/v2/models/iris-mlp/ready")[1]).get("ready"), True)


def v2_json_as_the_sdk_writes_it(address):
    # Nulls where nothing was said, and a name for the request.
    name = str(uuid.uuid4())
    request = {"id": name, "inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP32", "data": [5.1, 3.5, 1.4, 0.2], "parameters": None}],
               "outputs": None, "parameters": None}
    answer = post(address, "/v2/models/iris-mlp/infer", request)
    same("id", answer["id"], name)
    same("model_name", answer["model_name"], "iris-mlp")
    output = answer["outputs"][0]
    same("output", (output["name"], output["datatype"], output["shape"]), ("probabilities", "FP32", [1, 3]))
    holds("flat data", all(isinstance(value, float) for value in output["data"]))


def v2_binary_as_the_sdk_writes_it(address):
    inputs, tail = [], b""
    for datatype, values in EDGES.items():
        if datatype == "BF16":
            # The SDK has no name for it; the model wants it all the same.
            inputs.append({"name": "bf16_in", "shape": [0], "datatype": "BF16", "parameters": {"binary_data_size": 0}})
            continue
        data = pack(datatype, values)
        inputs.append({"name": f"{datatype.lower()}_in", "shape": [len(values)], "datatype": datatype, "parameters": {"binary_data_size": len(data)}})
        tail += data
    header = json.dumps({"id": "1", "inputs": inputs, "parameters": {"binary_data_output": True}}, separators=(",", ":")).encode()
    headers = {LENGTH: str(len(header)), "content-type": "application/octet-stream"}
    response, data = send(address, "POST", "/v2/models/datatypes/infer", header + tail, headers)
    same(f"status: {data[:200]}", response.status, 200)
    split, offset = int(response.getheader(LENGTH)), 0
    for output in json.loads(data[:split])["outputs"]:
        size = output["parameters"]["binary_data_size"]
        values = unpack(output["datatype"], data[split + offset:split + offset + size])
        same(output["name"], values, [] if output["datatype"] == "BF16" else EDGES[output["datatype"]])
        offset += size


def errors_have_a_message(address):
    for status, path, body in ((404, "/v1/models/none:predict", b"{}"), (400, "/v1/models/fixed:predict", b"{"),
                               (404, "/v2/models/none/infer", b"{}"), (400, "/v2/models/fixed/infer", b'{"inputs":[]}'),
                               (400, "/v1/models/fixed:predict", b'{"instances":5}'), (404, "/v2/nothing", b"")):
        response, data = send(address, "POST", path, body, JSON)
        same(f"status of {path}", response.status, status)
        holds(f"{path} has an error message that the client shows", error_of(response, data))


if __name__ == "__main__":
    run([v1, v1_table_by_column, v2_health, v2_json_as_the_sdk_writes_it, v2_binary_as_the_sdk_writes_it, errors_have_a_message])
