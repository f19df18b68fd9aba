"""Requests of Triton's Python client other than inference: index, load, unload, statistics, config.

    triton_extras.py HOST:PORT     (a predictor with the test models)
"""
import json

from checks import holds, run, same
from triton_rest import ServerError, binary, exchange, infer


def index(address):
    # The client posts an empty body.
    models = json.loads(exchange(address, "POST", "v2/repository/index", "")[1])
    states = {(model["name"], model.get("version")): model.get("state") for model in models}
    same("state of versioned 2", states[("versioned", "2")], "READY")
    ready = json.loads(exchange(address, "POST", "v2/repository/index", json.dumps({"ready": True}))[1])
    holds("only ready models", all(model["state"] == "READY" for model in ready))


def unload_and_load(address):
    exchange(address, "POST", "v2/repository/models/versioned/unload", json.dumps({"parameters": {"unload_dependents": False}}))
    try:
        exchange(address, "GET", "v2/models/versioned/ready")
        holds("an unloaded model is not ready", False)
    except ServerError as error:
        holds(f"an unloaded model is 404 or 503, not {error.status}", error.status in (404, 503))
    exchange(address, "POST", "v2/repository/models/versioned/load", "{}")
    same("loaded again", infer(address, "versioned", [binary("x", [1], "FP32", [1.0])])[1], {"y": [3.0]})


def statistics(address):
    def successes():
        stats = json.loads(exchange(address, "GET", "v2/models/iris-mlp/versions/1/stats")[1])["model_stats"]
        same("models with statistics", [(model["name"], model["version"]) for model in stats], [("iris-mlp", "1")])
        holds("a duration has a count and nanoseconds", {"count", "ns"} <= stats[0]["inference_stats"]["success"].keys())
        return stats[0]["inference_stats"]["success"]["count"]

    before = successes()
    infer(address, "iris-mlp", [binary("x", [1, 4], "FP32", [1.0, 2.0, 3.0, 4.0])])
    same("successes counted", successes() - before, 1)
    holds("statistics of all models", len(json.loads(exchange(address, "GET", "v2/models/stats")[1])["model_stats"]) > 1)


def config(address):
    model = json.loads(exchange(address, "GET", "v2/models/iris-mlp/config")[1])
    same("name", model["name"], "iris-mlp")
    same("datatypes", [tensor["data_type"] for tensor in model["input"] + model["output"]], ["TYPE_FP32", "TYPE_FP32"])
    holds("max_batch_size is a number", isinstance(model["max_batch_size"], int))


if __name__ == "__main__":
    run([index, unload_and_load, statistics, config])
